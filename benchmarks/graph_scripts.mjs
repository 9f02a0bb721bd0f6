/**
 * The import edges of JavaScript and TypeScript by three yardsticks, for `graph.py`.
 *
 *     node graph_scripts.mjs TOOLS < QUESTION > ANSWER
 *
 * TOOLS is a folder in which `npm install dependency-cruiser madge typescript` was run. The question is JSON: `root`, a
 * folder, and `files`, the paths of its source files. The answer holds for each yardstick `edges`, each the importing
 * file, the imported one, the name that was said and its kind, and `seconds`; TypeScript's also holds `unresolved`,
 * each a file, the name that it said, and its kind.
 *
 * A file's configuration is that of the nearest folder whose project, or a project that it refers to, includes the
 * file; where none includes it, the nearest. dependency-cruiser and madge are run once for each configuration, with the
 * files that go by it.
 */

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const tools = createRequire(path.join(path.resolve(process.argv[2]), "package.json"));
const ts = tools("typescript");
const { root, files } = await json(process.stdin);

const parsedByPath = new Map();

/** A configuration with all that it inherits, null where there is none. */
function parsed(config) {
    if (!parsedByPath.has(config)) {
        const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
        const more = ["vue", "svelte", "astro"].map((extension) => ({ extension, isMixedContent: true, scriptKind: 7 }));
        const found = ts.sys.fileExists(config)
            ? ts.getParsedCommandLineOfConfigFile(config, { allowJs: true }, host, undefined, undefined, more)
            : undefined;
        parsedByPath.set(config, found ? { ...found, named: new Set(found.fileNames.map((name) => path.resolve(name))) } : null);
    }
    return parsedByPath.get(config);
}

/** A configuration and those of the projects that it refers to, at any depth. */
function withReferred(config, seen = new Set()) {
    if (seen.has(config) || !parsed(config)) return [];
    seen.add(config);
    const referred = (parsed(config).projectReferences ?? []).map((each) => ts.resolveProjectReferencePath(each));
    return [config, ...referred.flatMap((each) => withReferred(path.resolve(each), seen))];
}

/** The configuration that counts for a file; empty for none. */
function configurationOf(file) {
    const around = [];
    for (let folder = path.dirname(path.join(root, file)); folder.startsWith(root); folder = path.dirname(folder)) {
        const config = ["tsconfig.json", "jsconfig.json"].map((name) => path.join(folder, name)).find(ts.sys.fileExists);
        if (config) around.push(config);
    }
    const all = around.flatMap((config) => withReferred(config));
    return all.find((config) => parsed(config).named.has(path.join(root, file))) ?? around[0] ?? "";
}

/** The text of a file, of components only their scripts. */
function scriptOf(file) {
    const text = readFileSync(path.join(root, file), "utf8");
    if (!/\.(vue|svelte|astro)$/.test(file)) return text;
    const front = file.endsWith(".astro") ? (/^---\n([^]*?)\n---/.exec(text)?.[1] ?? "") : "";
    return [front, ...[...text.matchAll(/<script\b[^>]*>([^]*?)<\/script/g)].map((match) => match[1])].join("\n");
}

const MOCKS = /^(?:jest|vi|vitest)\.(?:mock|doMock|unmock|dontMock|doUnmock|setMock|requireActual|requireMock|importActual|importMock)$/;

/** The names that a file says, each with its kind. */
function said(file) {
    const kind = /\.[cm]?ts$|\.(?:vue|svelte|astro)$/.test(file) ? ts.ScriptKind.TS : file.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.JSX;
    const source = ts.createSourceFile(file, scriptOf(file), ts.ScriptTarget.Latest, false, kind);
    const found = source.referencedFiles.map((each) => [each.fileName.replace(/^(?!\.)/, "./"), "reference"]);
    const add = (node, how) => node && ts.isStringLiteralLike(node) && found.push([node.text, how]);
    const visit = (node) => {
        if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ? "type" : "import");
        else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? "type" : "import");
        else if (ts.isExternalModuleReference(node)) add(node.expression, "require");
        else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, "type");
        else if (ts.isCallExpression(node)) {
            const called = node.expression.kind === ts.SyntaxKind.ImportKeyword ? "import" : node.expression.getText(source);
            if (called === "import") add(node.arguments[0], "dynamic");
            else if (called === "require" || called === "module.require") add(node.arguments[0], "require");
            else if (called === "require.resolve" || called === "import.meta.resolve") add(node.arguments[0], "resolve");
            else if (MOCKS.test(called)) add(node.arguments[0], "mock");
        } else if (ts.isNewExpression(node) && node.expression.getText(source) === "URL" && node.arguments?.length > 1) {
            if (node.arguments[1].getText(source) === "import.meta.url") add(node.arguments[0], "url");
        }
        for (const each of node.jsDoc ?? []) ts.forEachChild(each, visit);
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

/** Some things by a key of each. */
function grouped(all, keyOf) {
    const found = new Map();
    for (const each of all) found.set(keyOf(each), [...(found.get(keyOf(each)) ?? []), each]);
    return found;
}

const known = new Set(files);
const real = (place) => path.relative(root, ts.sys.realpath(place));

/** The edges by the resolution of TypeScript's own compiler. */
function byTypeScript(configured) {
    const edges = [];
    const unresolved = [];
    for (const file of files) {
        const options = { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext, allowJs: true };
        Object.assign(options, configured.get(file) ? parsed(configured.get(file)).options : {});
        for (const [name, kind] of said(file)) {
            const there = ts.resolveModuleName(name, path.join(root, file), { ...options, allowJs: true, allowArbitraryExtensions: true }, ts.sys);
            const place = there.resolvedModule ? real(there.resolvedModule.resolvedFileName) : "";
            // Components and addresses are files whose names are said in full, which the compiler leaves to others.
            const beside = name.startsWith(".") ? path.posix.join(path.dirname(file), name) : "";
            const target = [place, beside].find((each) => known.has(each));
            if (target) edges.push([file, target, name, kind]);
            else if (!there.resolvedModule || !place.split("/").includes("node_modules")) unresolved.push([file, name, kind]);
        }
    }
    return { edges, unresolved };
}

/** The edges by dependency-cruiser. */
async function byDependencyCruiser(groups) {
    // It may only be imported, which nothing does by the name from outside of its folder.
    const place = path.join(path.resolve(process.argv[2]), "node_modules/dependency-cruiser");
    const ways = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8")).exports;
    const at = (name) => import(pathToFileURL(path.join(place, ways[name].import ?? ways[name])).href);
    const { cruise } = await at(".");
    const edges = [];
    for (const [config, members] of groups) {
        const options = { baseDir: root, tsPreCompilationDeps: true, detectJSDocImports: true, doNotFollow: { path: "." }, combinedDependencies: true };
        if (config) options.ruleSet = { options: { tsConfig: { fileName: config } } };
        if (config) options.tsConfig = { fileName: config };
        const resolve = { conditionNames: ["types", "import", "require", "node", "default"], exportsFields: ["exports"], extensions: [".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte"] };
        const told = await cruise(members, options, resolve, config ? { tsConfig: parsed(config) } : {});
        const asked = new Set(members);
        for (const each of told.output.modules) {
            if (!asked.has(each.source)) continue;
            for (const other of each.dependencies) {
                if (!other.couldNotResolve) edges.push([each.source, other.resolved, other.module, other.dependencyTypes.join(" ")]);
            }
        }
    }
    return { edges };
}

/** The folder of the package that a file lies in. */
function packageOf(file) {
    let folder = path.posix.dirname(file);
    while (folder !== "." && !ts.sys.fileExists(path.join(root, folder, "package.json"))) folder = path.posix.dirname(folder);
    return folder;
}

/**
 * The edges by madge, which does not tell names. The name is one, and no path, that the file says and that the compiler
 * leads into the same package, if there is any.
 */
async function byMadge(groups, compiled) {
    const madge = tools("madge");
    const edges = [];
    for (const [config, members] of groups) {
        const told = await madge(members.map((each) => path.join(root, each)), {
            baseDir: root,
            fileExtensions: ["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"],
            ...(config ? { tsConfig: config } : {}),
        });
        const table = told.obj();
        for (const file of members) {
            for (const other of (table[file] ?? []).map((each) => path.posix.normalize(each))) {
                const there = (compiled.get(file) ?? []).filter(([, target]) => packageOf(target) === packageOf(other));
                const agreed = there.find(([, target]) => target === other);
                const name = (agreed ?? there.find(([, , said]) => !said.startsWith(".")))?.[2] ?? "";
                edges.push([file, other, name, ""]);
            }
        }
    }
    return { edges };
}

const configured = new Map(files.map((file) => [file, configurationOf(file)]));
const groups = grouped(files, (file) => configured.get(file));

process.chdir(root);
const answer = {};
for (const [name, ask] of [
    ["typescript", () => byTypeScript(configured)],
    ["dependency-cruiser", () => byDependencyCruiser(groups)],
    ["madge", () => byMadge(groups, grouped(answer.typescript.edges, ([file]) => file))],
]) {
    const started = performance.now();
    answer[name] = { ...(await ask()), seconds: (performance.now() - started) / 1000 };
}
process.stdout.write(JSON.stringify(answer));
