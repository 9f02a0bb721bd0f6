// A git repository with a past, and things beside it that must leave no trace.
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const FILES = {
  'payments.py': 'class Client:\n    def charge(self, order):\n        return self.post("/charges", order)\n\n\ndef pay(order):\n    return Client().charge(order)\n',
  'receipts.py': 'def print_receipt(order):\n    return f"{order.id}: {order.total}"\n',
  'README.md': '# Shop\n\nTakes orders and money.\n',
  '.gitignore': 'build/\n',
};

/** Made at run time, so that no scanner of this repository takes them for real. */
const marks = {
  key: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
  password: `pw${randomBytes(9).toString('hex')}`,
  ignored: `ignored${randomBytes(6).toString('hex')}`,
  binary: `binary${randomBytes(6).toString('hex')}`,
};

/** Returns {folder, git(), write(), read(), leaveNoTrace(), marks, remove()}: the folder's name has a space and letters of another script. */
export function makeRepository() {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-story-'));
  const folder = path.join(parent, 'Café Данные');
  fs.mkdirSync(folder);
  const write = (file, text) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  const env = {
    ...process.env, HOME: parent, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Story', GIT_AUTHOR_EMAIL: 'story@example.com',
    GIT_COMMITTER_NAME: 'Story', GIT_COMMITTER_EMAIL: 'story@example.com',
  };
  const git = (...args) => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  git('init', '--quiet', '--initial-branch', 'main');
  for (const [file, text] of Object.entries(FILES)) {
    write(file, text);
    git('add', file);
    git('commit', '--quiet', '-m', `Add ${file}`);
  }
  return {
    folder, git, write, marks,
    read: file => fs.readFileSync(path.join(folder, file), 'utf8'),
    /** What an editor's folder is full of and nobody wants remembered. */
    leaveNoTrace: () => {
      write('build/out.txt', `${marks.ignored}\n`);
      write('logo.dat', Buffer.concat([Buffer.from([0, 1, 2, 3]), Buffer.from(marks.binary), Buffer.from([0])]));
      write('.env', `PASSWORD=${marks.password}\n`);
    },
    remove: () => fs.rmSync(parent, { recursive: true, force: true }),
  };
}
