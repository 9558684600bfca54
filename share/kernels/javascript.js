// The JavaScript driver: runs cells in V8's own REPL mode (let, const and class may be declared again, await works at
// the top level) and speaks docs/protocol.md. A worker thread reads the frames, so that it can end a loop that holds
// the main thread. `require` and `importModule` come from languages/javascript.cc.
'use strict';
const fs = require('fs'), inspector = require('inspector'), path = require('path'), util = require('util');
const {Writable} = require('stream'), {createRequire} = require('module'), {pathToFileURL} = require('url');
const {compileFunction} = require('vm');
const {Worker, MessageChannel, receiveMessageOnPort} = require('worker_threads');

const framesOut = 14;
const answered = 0, seen = 1;  // places in `shared`
const shared = new Int32Array(new SharedArrayBuffer(16));
const session = new inspector.Session();
const spareOut = fs.openSync('/proc/self/fd/1', fs.constants.O_WRONLY);
let running = 0;       // number of the cell that runs; 0: none
let requests = 0;      // number of the last request
let takeValue = null;  // gets what evaluate() hands over
const lineMaps = new Map();  // of cells that were translated: by name, the cell's line for each line that runs
let translate = null;        // from another language: see typescript.js

// --- text and frames -------------------------------------------------------------------------------------------------

function writeAll(fd, data) {
    let at = 0;
    while (at < data.length) {
        try {
            at += fs.writeSync(fd, data, at);
        } catch (error) {
            if (error.code !== 'EAGAIN') throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);  // someone made the pipe non-blocking
        }
    }
}

function send(name, number, payload = '') {
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
    try {
        writeAll(framesOut, Buffer.concat([Buffer.from(`${name} ${number} ${body.length}\n`), body]));
    } catch {
        process.reallyExit(70);  // a cell closed our descriptors, or the program is gone
    }
}

// Writes at once and whole: node's own stream would make the pipe non-blocking for every child that shares it.
class Output extends Writable {
    constructor(fd) {
        super({decodeStrings: true});
        this.fd = fd;
    }
    // Past the stream's own state, which an interrupt could leave half changed.
    write(data, encoding, done) {
        const bytes = typeof data === 'string' ? Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8') : data;
        try {
            writeAll(this.fd, bytes);
        } catch (error) {
            if (error.code !== 'EBADF') throw error;
            reopenText();
            writeAll(this.fd, bytes);
        }
        done = typeof encoding === 'function' ? encoding : done;
        if (done) process.nextTick(done);
        return true;
    }
    _destroy(error, done) { done(); }
}

// A cell may have closed 1 or 2: the lowest free descriptor is the one that is missing.
function reopenText() {
    for (const fd of [1, 2]) {
        try {
            fs.fstatSync(fd);
        } catch {
            fs.openSync(`/proc/self/fd/${spareOut}`, fs.constants.O_WRONLY);
        }
    }
}

function openText() {
    for (const [name, fd] of [['stdout', 1], ['stderr', 2]]) {
        const stream = new Output(fd);
        Object.defineProperty(process, name, {configurable: true, enumerable: true, get: () => stream});
    }
}

// --- the thread that reads -------------------------------------------------------------------------------------------

const readerCode = `
const {parentPort, workerData} = require('worker_threads');
const {shared, port} = workerData;
const {Session} = require('inspector');
let rest = Buffer.alloc(0), interrupts = 0;
function take(name, number, payload) {
    if (name === 'reply' || name === 'error') {
        port.postMessage([number, name === 'reply', payload]);
        Atomics.add(shared, 0, 1);
        Atomics.notify(shared, 0);
    } else if (name === 'interrupt') {
        const id = ++interrupts;
        port.postMessage([-1]);
        Atomics.add(shared, 0, 1);
        Atomics.notify(shared, 0);
        parentPort.postMessage(['interrupt', id, '']);
        let session = null;  // only now: node waits at its end for sessions of other threads
        const insist = () => {
            if (Atomics.load(shared, 1) >= id) return session?.disconnect();
            if (!session) {
                session = new Session();
                session.connectToMainThread();
            }
            session.post('Runtime.terminateExecution', () => {});
            setTimeout(insist, 50);
        };
        setTimeout(insist, 20);
    } else {
        parentPort.postMessage([name, number, payload]);
    }
}
const socket = new (require('net').Socket)({fd: 13, readable: true, writable: false});
socket.on('data', data => {
    rest = rest.length ? Buffer.concat([rest, data]) : data;
    for (;;) {
        const end = rest.indexOf(10);
        if (end < 0) return;
        const [name, number, length] = rest.toString('latin1', 0, end).split(' ');
        if (rest.length < end + 1 + Number(length)) return;
        const payload = rest.toString('utf8', end + 1, end + 1 + Number(length));
        rest = rest.subarray(end + 1 + Number(length));
        take(name, Number(number), payload);
    }
});
socket.on('end', () => process.exit(0));
socket.on('error', () => process.exit(70));
`;

const {port1: ownPort, port2: readerPort} = new MessageChannel();
const reader = new Worker(readerCode, {eval: true, workerData: {shared, port: readerPort}, transferList: [readerPort], env: {}});
ownPort.unref();
reader.on('message', ([name, number, payload]) => {
    if (name === 'run') run(number, payload);
    else if (name === 'variables') tellVariables(number);
    else if (name === 'keep') beginKeeping(payload);
    else if (name === 'restore') restore(payload);
    else if (name === 'interrupt') {
        Atomics.store(shared, seen, number);
        finish(running, 'interrupted');
    }
});
reader.on('error', () => process.reallyExit(70));
reader.on('exit', () => process.reallyExit(0));

// Asks the program something and waits, the main thread standing still; the answer, or an Error with the program's words.
function ask(method, argument) {
    const id = ++requests;
    while (receiveMessageOnPort(ownPort)) {}
    send('request', id, `${method}\n${argument}`);
    for (;;) {
        const before = Atomics.load(shared, answered);
        let message;
        while ((message = receiveMessageOnPort(ownPort))) {
            const [number, isReply, text] = message.message;
            if (number === -1) throw new Error('interrupted');
            if (number === id && isReply) return text;
            if (number === id) throw new Error(text);
        }
        Atomics.wait(shared, answered, before);
    }
}

function prompt(question = '') {
    let answer = null;
    try {
        answer = ask('input', String(question));
    } catch (error) {
        if (error.message === 'interrupted') throw error;  // else nobody answers
    }
    process.stdout.write(`${question}${answer ?? ''}\n`);
    return answer;
}

// --- rewriting: import lines, import(), lines to report ---------------------------------------------------------------

const beforeRegex = /(^|[=(,:[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|await|yield))\s*$/;

// The code with strings, comments and regular expressions blanked out, of the same length.
function blank(code) {
    const out = code.split('');
    const hide = (from, to) => { for (let i = from; i < to && i < out.length; i++) if (out[i] !== '\n') out[i] = ' '; };
    const templates = [];  // depth of braces at each open ${
    let depth = 0, kept = '';
    for (let i = 0; i < code.length;) {
        const c = code[i], two = code.substr(i, 2);
        let end = i + 1;
        if (two === '//') {
            end = code.indexOf('\n', i);
            if (end < 0) end = code.length;
            hide(i, end);
        } else if (two === '/*') {
            end = code.indexOf('*/', i + 2);
            end = end < 0 ? code.length : end + 2;
            hide(i, end);
        } else if (c === '"' || c === "'") {
            while (end < code.length && code[end] !== c && code[end] !== '\n') end += code[end] === '\\' ? 2 : 1;
            hide(i + 1, end);
            kept += c;
            end++;
        } else if (c === '`' || (c === '}' && templates.length && templates[templates.length - 1] === depth)) {
            if (c === '}') templates.pop();
            while (end < code.length && code[end] !== '`' && code.substr(end, 2) !== '${') end += code[end] === '\\' ? 2 : 1;
            if (code[end] === '$') {
                hide(c === '`' ? i + 1 : i, end + 2);
                templates.push(depth);
                kept += '(';
                end += 2;
            } else {
                hide(c === '`' ? i + 1 : i, end);
                kept += '`';
                end++;
            }
        } else if (c === '/' && beforeRegex.test(kept.slice(-20))) {
            let inClass = false;
            while (end < code.length && code[end] !== '\n' && (inClass || code[end] !== '/')) {
                if (code[end] === '[') inClass = true;
                if (code[end] === ']') inClass = false;
                end += code[end] === '\\' ? 2 : 1;
            }
            hide(i + 1, end);
            kept += ')';
            end++;
        } else {
            if (c === '{') depth++;
            if (c === '}') depth--;
            kept += c;
        }
        i = end;
    }
    return out.join('');
}

const importLine = /import\s*(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)\s*|\{([^}]*)\}\s*)?(?:from\s*)?(['"])(.+?)\4\s*(?:(?:with|assert)\s*(\{[^}]*\}))?/y;

// `import a, {b as c} from 'd'` as a declaration that awaits; null: it is something else.
function asDeclaration(code, at) {
    importLine.lastIndex = at;
    const found = importLine.exec(code);
    if (!found) return null;
    const [whole, fallback, everything, named, , from, attributes] = found;
    const call = `await __oi_import__(${JSON.stringify(from)}${attributes ? `, {with: ${attributes}, assert: ${attributes}}` : ''})`;
    const parts = [];
    if (fallback) parts.push(`default: ${fallback}`);
    if (named) parts.push(...named.split(',').map(name => name.trim().replace(/\s+as\s+/, ': ')).filter(Boolean));
    let text = parts.length ? `const {${parts.join(', ')}} = ${call}` : call;
    if (everything) text = `const ${everything} = ${call}${fallback ? `, {default: ${fallback}} = ${everything}` : ''}`;
    return {text: text + ';' + '\n'.repeat(whole.split('\n').length - 1), end: at + whole.length};
}

function rewriteImports(code) {
    if (!/\b(import|export)\b/.test(code)) return code;
    const seenCode = blank(code);
    const finder = /(^|[;\n}])([^\S\n]*)import\b(?!\s*[.(])|(?<![.\w$])import\s*\(|\bimport\s*\.\s*meta\b|^[^\S\n]*export\s+(?:default\s+(?=(?:async\s+)?(?:function|class)\b)|(?=(?:async\s+)?(?:const|let|var|function|class)\b))/gm;
    let result = '', last = 0, found;
    while ((found = finder.exec(seenCode))) {
        const word = found[0];
        let text = null, end = found.index + word.length;
        if (word.endsWith('(')) text = '__oi_import__(';
        else if (word.endsWith('meta')) text = '__oi_meta__()';
        else if (word.includes('export')) text = ' '.repeat(word.length);
        else {
            const declaration = asDeclaration(code, end - 'import'.length);
            if (declaration) [text, end] = [found[1] + found[2] + declaration.text, declaration.end];
        }
        if (text === null) continue;
        result += code.slice(last, found.index) + text;
        last = finder.lastIndex = end;
    }
    return result + code.slice(last);
}

// The top level's `const` as `let`, so that a later cell may declare the name again as either: V8 allows it only as the same.
function loosenConstants(code) {
    if (!/\bconst\b/.test(code)) return code;
    let depth = 0;
    let result = '', last = 0;
    for (const {0: found, index} of blank(code).matchAll(/[([{]|[)\]}]|(?<![.\w$#])const(?![\w$])/g)) {
        if ('([{'.includes(found)) depth++;
        else if (found.length === 1) depth--;
        else if (depth === 0) [result, last] = [result + code.slice(last, index) + 'let  ', index + found.length];
    }
    return result + code.slice(last);
}

const continues = new Set(['else', 'catch', 'finally', 'while', 'in', 'instanceof', 'of', 'from', 'as', 'function', 'class', 'async']);

// Reports each line on which a statement of the top level begins, where that is certain without a parser: after a line
// that ends in ; or }.
function reportLines(code, name, firstLine) {
    const lines = code.split('\n'), visible = blank(code).split('\n');
    let depth = 0, before = lineMaps.has(name) ? ';' : '', reported = firstLine;
    for (let i = 0; i < lines.length; i++) {
        const word = /^\s*([A-Za-z_$][\w$]*)/.exec(visible[i]);
        if (depth === 0 && (before === ';' || before === '}') && word && !continues.has(word[1]) && !/^\s*[\w$]+\s*:/.test(visible[i]))
            if (lineOf(name, i + 1) !== reported) lines[i] = `__oi_line__(${reported = lineOf(name, i + 1)});` + lines[i];
        for (const c of visible[i]) {
            if ('([{'.includes(c)) depth++;
            else if (')]}'.includes(c)) depth--;
        }
        const text = visible[i].trimEnd();
        if (text) before = text[text.length - 1];
    }
    return lines.join('\n');
}

// --- cells -----------------------------------------------------------------------------------------------------------

const lineOf = (name, line) => lineMaps.get(name)?.[line - 1] ?? line;

// What the inspector answers, once the code has run and what it awaits has settled.
function evaluate(code, name) {
    return new Promise(settle => {
        session.post('Runtime.evaluate', {expression: `${code}\n//# sourceURL=${name}`, replMode: true, awaitPromise: true},
            (error, told) => settle(error ? {isTerminated: true} : told));
    });
}

// The value itself behind the inspector's description of it.
function valueOf(remote) {
    let value;
    takeValue = got => { value = got; };
    const argument = remote.objectId ? {objectId: remote.objectId} : 'unserializableValue' in remote ? {unserializableValue: remote.unserializableValue} : {value: remote.value};
    session.post('Runtime.callFunctionOn', {functionDeclaration: 'function (value) { __oi_take__(value); }', arguments: [argument], executionContextId: 1}, () => {});
    if (remote.objectId) session.post('Runtime.releaseObject', {objectId: remote.objectId}, () => {});
    takeValue = null;
    return value;
}

// The text of a value, without our own frames in the stacks of errors.
function describe(value) {
    const text = util.inspect(value);
    if (!text.includes('    at ')) return text;
    const kept = [];
    let isOurs = false;
    for (const line of text.split('\n')) {
        if (!/^\s+at /.test(line)) isOurs = false;
        else if (/node:inspector|oi-driver|\[worker eval\]/.test(line)) isOurs = true;  // and all that called it
        if (/^\s+\.\.\. \d+ lines matching cause stack trace/.test(line)) continue;
        const closing = isOurs ? /\}?\s*\{?$/.exec(line)[0].trim() : '';
        if (!isOurs && !/^\s+at .*\(?node:internal\//.test(line)) kept.push(line.replace(/\b(cell-\d+):(\d+):\d+/g, (all, name, at) => `${name}:${lineOf(name, at)}`));
        else if (closing) kept[kept.length - 1] += ' ' + closing;  // the object that follows an error's stack
    }
    return kept.join('\n');
}

class CellError extends Error {}

const isCompileError = (told, error, name) =>
    told.exceptionDetails && error instanceof SyntaxError && !String(error.stack).includes(`${name}:`);

async function runCode(code, number) {
    const name = `cell-${number}`;
    const plain = rewriteImports(translate ? await translated(code, name) : code);
    if (running !== number) return 'interrupted';
    const declaring = loosenConstants(plain);
    const reporting = reportLines(declaring, name, firstLineOf(code));
    let told = await evaluate(reporting, name);
    let error = told.exceptionDetails ? valueOf(told.exceptionDetails.exception ?? told.result) : undefined;
    if (reporting !== declaring && isCompileError(told, error, name)) {
        told = await evaluate(declaring, name);
        error = told.exceptionDetails ? valueOf(told.exceptionDetails.exception ?? told.result) : undefined;
    }
    keeper?.note(plain);
    if (told.isTerminated || running !== number) return 'interrupted';
    if (told.exceptionDetails) {
        if (isCompileError(told, error, name)) {
            const line = told.exceptionDetails.lineNumber;
            process.stderr.write(`${name}:${lineOf(name, line + 1)}\n${plain.split('\n')[line] ?? ''}\n`);
        }
        process.stderr.write((error instanceof Error ? '' : 'Uncaught ') + describe(error) + '\n');
        return 'error';
    }
    return show(valueOf(told.result), number);
}

// The cell in JavaScript; its syntax errors look as node's own do.
async function translated(code, name) {
    const result = await translate(code, name);
    if (result.text) throw new CellError(`${name}:${result.line}\n${code.split('\n')[result.line - 1] ?? ''}\nSyntaxError: ${result.text}`);
    lineMaps.set(name, result.lines);
    return result.code;
}

async function show(value, number) {
    try {
        if (util.types.isPromise(value)) value = await value;
    } catch (error) {
        process.stderr.write((error instanceof Error ? '' : 'Uncaught ') + describe(error) + '\n');
        return 'error';
    }
    if (running !== number) return 'interrupted';
    const isTimer = value && ['Timeout', 'Immediate'].includes(value.constructor?.name);
    if (value !== undefined && !isTimer) {
        Object.defineProperty(globalThis, '_', {value, writable: true, configurable: true, enumerable: false});
        process.stdout.write(describe(value) + '\n');
    }
    return 'ok';
}

const firstLineOf = code => /^\s*/.exec(code)[0].split('\n').length;

async function run(number, code) {
    running = number;
    reader.unref();  // so that node tells when nothing is left to wait for: see beforeExit
    send('line', firstLineOf(code));
    let result;
    try {
        result = await runCode(code, number);
    } catch (error) {
        process.stderr.write((error instanceof CellError ? error.message : describe(error)) + '\n');
        result = 'error';
    }
    finish(number, result);
}

// An interrupt may have unwound run() itself: then it is over already when the interrupt's message comes, or never is.
function finish(number, result) {
    if (!number || running !== number) return;
    running = 0;
    reader.ref();
    reopenText();
    send('end', number, result);
    if (keepPath) keeper?.keep(keepPath, number, send);
}

// --- variables -------------------------------------------------------------------------------------------------------

let ownNames;  // that were there before the first cell

function namesOfCells() {
    const names = Object.getOwnPropertyNames(globalThis).filter(name => !ownNames.has(name));
    session.post('Runtime.globalLexicalScopeNames', {}, (failure, told) => names.push(...told?.names ?? []));
    return names.filter(one => /^[\p{L}$][\p{L}\p{N}_$]*$/u.test(one));
}

// Names with what they hold; evaluated so that no code of the person's can do anything.
function tellVariables(number) {
    const lines = [];
    for (const name of namesOfCells().slice(-100)) {
        session.post('Runtime.evaluate', {expression: name, silent: true, throwOnSideEffect: true}, (failure, told) => {
            if (!told || told.exceptionDetails) return;
            lines.push(`${name}: ${nature(told.result)}`);
            if (told.result.objectId) session.post('Runtime.releaseObject', {objectId: told.result.objectId}, () => {});
        });
    }
    send('variables', number, lines.join('\n'));
}

function nature({type, value, unserializableValue, description = type}) {
    if (type === 'string') return `string, ${value.length} long`;
    if (type === 'function') return description.startsWith('class') ? 'class' : 'function';
    return type === 'object' && value !== null ? description.split('\n')[0].slice(0, 80) : String(unserializableValue ?? value);
}

// --- variables that survive the session ------------------------------------------------------------------------------

let keeper = null, keepPath = '';  // javascript_keep.js, and where it saves; empty: nowhere

function beginKeeping(payload) {
    const end = payload.indexOf('\n');
    keepPath = payload.slice(0, end);
    keeper = require('vm').compileFunction(payload.slice(end + 1), ['require', 'driver'], {filename: 'oi-driver'})(
        require, {session, valueOf, evaluate, namesOfCells, describe, hidden});
}

async function restore(path) {
    let told;
    try {
        told = await keeper.restore(path);
    } catch (error) {
        told = String(error?.message ?? error);
    }
    send('restored', 0, told);
}

// --- what cells find -------------------------------------------------------------------------------------------------

const here = () => {
    try {
        return path.join(process.cwd(), '[cell]');
    } catch {
        return '/[cell]';  // the folder is gone
    }
};
const requires = new Map();
function cellRequire() {
    if (!requires.has(here())) requires.set(here(), createRequire(here()));
    return requires.get(here());
}

function importFrom(name, options) {
    let target = String(name);
    if (/^\.{0,2}\//.test(target)) target = new URL(target, pathToFileURL(here())).href;
    return options ? importModule(target, options) : importModule(target);
}

function hidden(name, value) {
    Object.defineProperty(globalThis, name, {value, writable: true, configurable: true, enumerable: false});
}

hidden('require', Object.assign(name => cellRequire()(name), {
    resolve: (...some) => cellRequire().resolve(...some),
    get cache() { return cellRequire().cache; },
    get main() { return undefined; },
}));
hidden('prompt', prompt);
Object.defineProperty(globalThis, 'computer', {  // made on first use; a name of the cells goes before it
    get() {
        hidden('computer', compileFunction(ask('source', 'computer.js'), ['ask', 'path'], {filename: 'oi-driver'})(ask, path));
        return globalThis.computer;
    },
    set(value) { hidden('computer', value); },
    configurable: true,
});
hidden('__oi_take__', value => takeValue?.(value));
hidden('__oi_import__', importFrom);
hidden('__oi_value__', value => value);
hidden('__oi_meta__', () => ({url: pathToFileURL(here()).href, dirname: process.cwd(), filename: here()}));
hidden('__oi_line__', line => { if (running) send('line', line); });

hidden('__filename', here());
Object.defineProperty(globalThis, '__dirname', {get: () => process.cwd(), set(value) { hidden('__dirname', value); }, configurable: true});

openText();
const reallyExit = process.reallyExit;
process.reallyExit = code => {  // node would tell the person that it waits for a debugger
    fs.closeSync(2);
    fs.openSync('/dev/null', 'w');
    reallyExit.call(process, code);
};
process.on('SIGINT', () => {});  // the reader is told by a frame
process.on('uncaughtException', error => process.stderr.write('Uncaught ' + describe(error) + '\n'));
process.on('unhandledRejection', error => process.stderr.write('Uncaught (in promise) ' + describe(error) + '\n'));
process.on('beforeExit', () => {
    if (running) process.stderr.write('Uncaught: this cell waits for a promise that nothing is left to settle\n');
    finish(running, 'error');
});
session.connect();
if (typeof startTypeScript === 'function') translate = startTypeScript(process.argv.splice(1, 1)[0], blank);
ownNames = new Set(Object.getOwnPropertyNames(globalThis));
send('ready', 0);
