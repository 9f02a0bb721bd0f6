// A real VS Code with a VSIX installed, and hands to use it with.  Everything listens on 127.0.0.1 only.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, inVenv, output } from '../../scripts/lib.mjs';
import { patience, slowness } from '../../scripts/patience.mjs';
import { freePort, installVsix, serve, sleep, until } from './server.mjs';
import { browser } from './setup-vscode.mjs';

export { sleep, until };

/** Says what a story has come to, after how many seconds; the stories that run beside it are told apart by their names. */
export function narrator(story) {
  const started = performance.now();
  return text => console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${story}: ${text}`);
}

// Ended from outside, a story still takes its server along, which 'exit' sees to and a signal alone wouldn't.
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => process.exit(1));

/** Where the embedding model is kept between runs: it is fetched once a machine. */
export const modelCache = process.env.WHENCE_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'whence');

export const screenshots = at('test-results', 'screenshots');

const SETTINGS = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',   // or the Chat pane opens and takes the focus
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.agentHost.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.autoClosingBrackets': 'never',                      // what is typed is what the file holds
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'files.autoSave': 'off',                                    // in a browser it is on, and an explicit save proves nothing
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
};
const DISTRUST = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' };

// The package index, its proxies and certificates must be reached from inside as they are from outside.
const PASSED_ON = /^(PATH|PATHEXT|SYSTEMROOT|COMSPEC|(HTTPS?|ALL|NO)_PROXY|(PIP|UV)_.*|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|NODE_EXTRA_CA_CERTS|PYENV_ROOT)$/i;

/** The package tools' own settings and caches, which they would miss in another home. */
function packageTools() {
  const config = process.env.XDG_CONFIG_HOME ?? path.join(os.homedir(), '.config');
  const places = {
    PIP_CONFIG_FILE: [path.join(config, 'pip', 'pip.conf'), path.join(os.homedir(), '.pip', 'pip.conf')],
    UV_CONFIG_FILE: [path.join(config, 'uv', 'uv.toml')],
    NETRC: [path.join(os.homedir(), '.netrc')],
  };
  const files = Object.entries(places).map(([name, candidates]) => [name, candidates.find(file => fs.existsSync(file))]);
  const caches = [['UV_CACHE_DIR', output('uv', ['cache', 'dir'])], ['PIP_CACHE_DIR', output(inVenv('python'), ['-m', 'pip', 'cache', 'dir'])]];
  return Object.fromEntries([...files, ...caches].filter(([, value]) => value));
}

function environment(home, tmp, extra) {
  const outer = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  return {
    ...packageTools(), ...outer,
    LANG: 'C.UTF-8', TERM: 'xterm', HOME: home, TMPDIR: tmp, TEST_SLOWNESS: String(slowness()),
    XDG_CONFIG_HOME: path.join(home, '.config'), XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_CACHE_HOME: path.join(home, '.cache'), XDG_STATE_HOME: path.join(home, '.local', 'state'),
    ...extra,
  };
}

/**
 * Start a VS Code server in a home of its own.
 *
 * vsix: files to install first.  settings: over the defaults above.  env: over the environment inside (WHENCE_HOME, ...).
 * root: the folder of its home, profile and logs; a given one is used as it is, so that a second start finds the first's
 * state.  hostTests: let `runExtensionTests` work; such a server shows no notifications.  trust: whether every folder is trusted.
 * Returns {base, port, root, home, extensions, env, log(), logs(pattern), stop(), remove()}.
 */
export async function startServer({ vsix = [], settings = {}, env: extra = {}, root: given, hostTests = false, trust = true } = {}) {
  // Sockets live in it, and their paths end at 108 bytes: the name stays short.
  const root = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-'));
  const [home, tmp, data, extensions] = ['home', 'tmp', 'data', 'extensions'].map(name => path.join(root, name));
  for (const folder of [home, tmp, path.join(data, 'User')]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...(!trust && DISTRUST), ...settings }, null, 2));
  const profile = { data, extensions, env: environment(home, tmp, extra) };
  for (const file of vsix) await installVsix(profile, file);
  const port = await freePort();
  const logFile = path.join(root, 'server.log');
  // Without the smoke-test driver a built VS Code ignores extensionTestsPath; with it no notification is shown.
  const { base, stop } = await serve(profile, { port, logFile, trust, args: ['--reconnection-grace-time', '5', ...(hostTests ? ['--vscode-option', 'enable-smoke-test-driver'] : [])] });
  return {
    base, port, root, home, extensions, env: profile.env, stop,
    log: () => fs.readFileSync(logFile, 'utf8'),
    /** [path, text] of every log file of VS Code's whose path matches; empty where spdlog could not be built. */
    logs: (pattern = /./) => {
      const folder = path.join(data, 'logs');
      if (!fs.existsSync(folder)) return [];
      return fs.readdirSync(folder, { recursive: true }).map(name => path.join(folder, name))
        .filter(file => pattern.test(file) && fs.statSync(file).isFile()).map(file => [file, fs.readFileSync(file, 'utf8')]);
    },
    /** Stop, and remove everything that it wrote. */
    remove: async () => {
      await stop();
      fs.rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * Open a window on a folder.  Returns {page, foreign, consoleErrors, close()}: Playwright's page; every origin other than
 * 127.0.0.1 that the window asked for, which must stay empty; what the page logged as errors.
 */
export async function openWindow(server, folder, { width = 1400, height = 900, payload, expose = {} } = {}) {
  const { chromium } = await import('playwright-core');
  const executablePath = await browser();
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'whence-e2e-window-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: true, viewport: { width, height }, permissions: ['clipboard-read', 'clipboard-write'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-dev-shm-usage', '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'],
  });
  const close = async () => {
    await context.close().catch(() => {});
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const page = context.pages()[0] ?? await context.newPage();
    page.setDefaultTimeout(patience(30_000));
    const consoleErrors = [];
    const foreign = new Set();
    page.on('console', message => { if (message.type() === 'error') consoleErrors.push(message.text()); });
    page.on('pageerror', error => consoleErrors.push(error.message));
    page.on('request', request => {
      const { protocol, hostname, origin } = new URL(request.url());
      if (/^(http|ws)/.test(protocol) && hostname !== '127.0.0.1') foreign.add(origin);
    });
    page.on('dialog', dialog => dialog.accept().catch(() => {}));   // "leave the page?" while an editor is dirty
    for (const [name, called] of Object.entries(expose)) await page.exposeFunction(name, called);
    const query = new URLSearchParams({ folder: path.resolve(folder), ...(payload && { payload: JSON.stringify(payload) }) });
    await page.goto(`${server.base}/?${query}`, { waitUntil: 'domcontentloaded', timeout: patience(60_000) });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: patience(90_000) });
    await page.locator('.monaco-workbench .activitybar .action-item').first().waitFor({ timeout: patience(30_000) });
    return { page, foreign, consoleErrors, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Keep what the window shows as test-results/screenshots/NAME.png. */
export async function screenshot(page, name) {
  fs.mkdirSync(screenshots, { recursive: true });
  const file = path.join(screenshots, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}

const quickInput = page => page.locator('.quick-input-widget:visible input.input');
const quickRows = page => page.locator('.quick-input-list .monaco-list-row');

/** Run a command by its title in the palette, "Whence: Search Memory"; waits for an extension that is still loading. */
export function runCommand(page, title, ms = 60_000) {
  return until(`the command "${title}"`, async () => {
    const box = quickInput(page);
    if (await box.count()) {
      await page.keyboard.press('Escape');
      await sleep(100);
    }
    await page.keyboard.press('F1');
    await box.waitFor({ timeout: patience(5000) });
    await box.fill(`>${title}`);
    await quickRows(page).filter({ hasText: title }).first().click({ timeout: patience(3000) });
    // The command may open another input in the same place, so only a moment is given to see this one go.
    await box.waitFor({ state: 'hidden', timeout: patience(1000) }).catch(() => {});
    return true;
  }, ms, 500);
}

/** The labels of the open quick pick's rows. */
export const quickPickRows = page => quickRows(page).evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? row.textContent.trim()));

/** Choose a row of the open quick pick by a text in it. */
export const pick = (page, text) => quickRows(page).filter({ hasText: text }).first().click({ timeout: patience(15_000) });

/** Type into the open quick pick or input box; with enter: accept it. */
export async function answer(page, text, { enter = true } = {}) {
  const box = quickInput(page);
  await box.waitFor({ timeout: patience(15_000) });
  await box.fill(text);
  if (enter) await page.keyboard.press('Enter');
}

/** Choose a file in VS Code's own dialog, which writes its folder into the box once it has read it, over what stands there. */
export const chooseFile = (page, file) => until(`the choice of ${path.basename(file)}`, async () => {
  const box = quickInput(page);
  await box.fill(file);
  await quickRows(page).filter({ hasText: path.basename(file) }).first().waitFor({ timeout: patience(3000) });
  if (await box.inputValue() !== file) return false;
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'hidden', timeout: patience(5000) });
  return true;
}, 30_000, 300);

/** Open a view container of the activity bar by its title. */
export async function openView(page, title) {
  const icon = page.locator(`.activitybar .action-item:has(a[aria-label^="${title}"])`).first();
  await icon.waitFor({ timeout: patience(60_000) });
  const heading = page.locator('.sidebar .composite.title h2, .sidebar .title-label h2').first();
  const shown = async () => (await heading.innerText({ timeout: patience(500) })).toLowerCase().startsWith(title.toLowerCase());
  await until(`the view container ${title}`, async () => {
    if (await shown().catch(() => false)) return true;
    await icon.click();
    await sleep(300);
    return shown();
  }, 20_000);
}

/** The rows of a tree view, as a locator to click or hover. */
export const tree = (page, view) => page.locator(`.pane:has(.pane-header[aria-label^="${view}"]) .pane-body .monaco-list-row`);

/** The labels of a tree view's visible rows.  The list is virtual: what doesn't fit the window isn't there. */
export const treeRows = (page, view) =>
  tree(page, view).evaluateAll(rows => rows.map(row => row.querySelector('.monaco-icon-label, .label-name')?.textContent?.trim() ?? row.textContent.trim()));

/** The texts of the notifications that show. */
export const notifications = page => page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();

/** Press a button of a notification that shows. */
export const pressNotification = (page, button) =>
  page.locator('.notifications-toasts .notification-list-item-buttons-container a.monaco-button').filter({ hasText: button }).first().click({ timeout: patience(15_000) });

/** Open a file of the workspace through quick open. */
export function openFile(page, file) {
  const name = path.basename(file);
  return until(`the editor of ${name}`, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+P');
    await quickInput(page).waitFor({ timeout: patience(5000) });
    await quickInput(page).fill(file);
    await quickRows(page).filter({ hasText: name }).first().click({ timeout: patience(5000) });
    await page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor({ timeout: patience(5000) });
    await page.locator('.editor-instance .view-lines').first().waitFor({ timeout: patience(5000) });
    return true;
  }, 30_000, 500);
}

/** Type at the end of the active editor, then save unless told otherwise; ends when the tab is clean. */
export async function appendText(page, text, { save = true } = {}) {
  await page.locator('.editor-group-container.active .editor-instance .view-lines').first().click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(text);
  const dirty = page.locator('.tabs-container .tab.active.dirty');
  await dirty.waitFor({ timeout: patience(5000) });
  if (!save) return;
  await page.keyboard.press('Control+S');
  await dirty.waitFor({ state: 'detached', timeout: patience(15_000) });
}

/** The walkthrough that shows. */
export const walkthrough = page => page.locator('.gettingStartedContainer .gettingStartedSlideDetails');

/** Whether a step of the walkthrough that shows is ticked. */
export const ticked = async (page, step) =>
  await walkthrough(page).locator(`[data-done-step-id$="#${step}"]`).first().getAttribute('aria-checked', { timeout: patience(1000) }) === 'true';

/** The text of the status bar's items. */
export const statusBar = page => page.locator('.statusbar .statusbar-item').allInnerTexts();
