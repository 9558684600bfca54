// A part of the JavaScript driver, sent with the frame `keep`: after each cell it saves what the cells have defined.
// Data goes through V8's serializer; functions, classes and imports are kept as their text. Instances of cells' classes
// are plain objects to V8: their classes are noted in the order in which a walk comes upon them.
'use strict';
const fs = require('fs'), v8 = require('v8');
const {session, valueOf, evaluate, namesOfCells, describe} = driver;

const mostBytes = 64 << 20;
const budget = 20;  // saving may take one part in so many of the time

const environment = {...process.env};
const imports = [];  // texts that bind modules, in their order
let waiting = null;  // a save that was put off
let tookUntil = 0;   // when the next save may begin

const importing = /^[^\S\n]*(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*(?:await\s+)?(?:require|__oi_import__)\s*\([^()]*\)[.\w]*\s*;*/gm;

// Of a cell that has run.
function note(code) {
    for (const [text, names] of code.matchAll(importing)) imports.push({text: text.trim(), names: names.match(/[\w$]+(?=\s*[,}]|$)/g) ?? []});
}

// --- values ----------------------------------------------------------------------------------------------------------

function look(name) {
    let found = null;
    session.post('Runtime.evaluate', {expression: name, silent: true, throwOnSideEffect: true}, (error, told) => {
        if (!told || told.exceptionDetails) return;
        found = {kind: told.result.type, id: told.result.objectId, value: null};
        if (found.kind === 'function') found.isInner = isInner(found.id);
        found.value = valueOf(told.result);  // and lets go of the id
    });
    return found;
}

// Whether a function was made inside of another one, whose variables are out of reach.
function isInner(id) {
    let inner = false;
    session.post('Runtime.getProperties', {objectId: id, ownProperties: true}, (error, told) => {
        const scopes = told?.internalProperties?.find(one => one.name === '[[Scopes]]');
        if (!scopes?.value?.objectId) return;
        session.post('Runtime.getProperties', {objectId: scopes.value.objectId, ownProperties: true}, (failure, list) => {
            inner = (list?.result ?? []).some(one => /^(Closure|Block|Catch|With)/.test(one.value?.description ?? ''));
        });
    });
    return inner;
}

// Every object below `root` in an order that depends on nothing but its shape.
function* walk(root) {
    const seen = new Set([root]), queue = [root];
    for (let at = 0; at < queue.length; at++) {
        const value = queue[at];
        yield value;
        if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) continue;
        const inner = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : [];
        for (const key of Object.keys(value)) inner.push(value[key]);
        for (const one of inner) {
            if (one === null || typeof one !== 'object' || seen.has(one)) continue;
            seen.add(one);
            queue.push(one);
        }
    }
}

const builtIn = new Set([null, ...[Object, Array, Map, Set, Date, RegExp, Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError,
    URIError, Boolean, Number, String, BigInt, ArrayBuffer, SharedArrayBuffer, DataView, Buffer, Int8Array, Uint8Array, Uint8ClampedArray,
    Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array].map(one => one.prototype)]);

// [[place, class name]]; throws what cannot be kept.
function findClasses(root, classes) {
    const found = [];
    let place = 0;
    for (const value of walk(root)) {
        const prototype = Object.getPrototypeOf(value);
        if (!builtIn.has(prototype)) {
            const name = classes.get(prototype);
            if (!name) throw new Error(`${prototype?.constructor?.name || 'object'}`);
            if (/(^|[^\w$'"`])#[\w$]+/.test(Function.prototype.toString.call(prototype.constructor))) throw new Error(`${name}, private fields`);
            if (value instanceof Map || value instanceof Set || Array.isArray(value)) throw new Error(name);
            found.push([place, name]);
        }
        place++;
    }
    return found;
}

function natureOf(value) {
    if (value instanceof Promise) return 'Promise';
    const text = Object.prototype.toString.call(value).slice(8, -1);
    return value?.constructor?.name || text;
}

// --- saving ----------------------------------------------------------------------------------------------------------

function gather() {
    const bound = new Set(imports.flatMap(one => one.names));
    const texts = [], data = {}, lost = [], classes = new Map();
    const values = [];
    for (const name of namesOfCells()) {
        if (bound.has(name)) continue;
        const found = look(name);
        if (!found) continue;
        if (found.kind !== 'function') {
            values.push([name, found.value]);
            continue;
        }
        const text = Function.prototype.toString.call(found.value);
        if (found.isInner || / \[native code\] /.test(text)) {
            lost.push(`${name} (function of another function)`);
            continue;
        }
        texts.push({name, text, isDeclared: /^(async\s+)?function\b|^class\b/.test(text) && found.value.name === name});
        if (/^class\b/.test(text)) classes.set(found.value.prototype, name);
    }
    let left = mostBytes;
    for (const [name, value] of values) {
        try {
            if (value !== null && typeof value === 'object') findClasses({value}, classes);
            const size = ArrayBuffer.isView(value) ? value.byteLength : v8.serialize(value).length;
            if (size > left) throw new Error('too large');
            left -= size;
            data[name] = value;
        } catch (error) {
            const why = error.message === 'too large' ? ', too large' : /could not be cloned/.test(error.message) && natureOf(value) === 'Object' ? ' with functions' : '';
            lost.push(`${name} (${natureOf(value)}${why})`);
        }
    }
    return {texts, data, lost, marks: findClasses(data, classes)};
}

function folder() {
    try {
        return process.cwd();
    } catch {
        return '';  // it is gone
    }
}

function save(path, number) {
    const {texts, data, lost, marks} = gather();
    const before = environment;
    const head = `open-interpreter state 1\ncell ${number}\nkept ${Object.keys(data).length + texts.length}\nlost ${lost.join(', ').replace(/\n/g, ' ')}\n\n`;
    const changed = Object.fromEntries(Object.entries(process.env).filter(([name, value]) => before[name] !== value));
    const told = v8.serialize({imports: imports.filter(one => true), texts, marks, folder: folder(), environment: changed,
        unset: Object.keys(before).filter(name => !(name in process.env))});
    const body = v8.serialize(data), length = Buffer.alloc(8);
    length.writeUInt32LE(told.length, 0);
    length.writeUInt32LE(body.length, 4);
    const part = `${path}.${process.pid}`;
    fs.writeFileSync(part, Buffer.concat([Buffer.from(head), length, told, body]), {mode: 0o600});
    fs.renameSync(part, path);
}

// Saves now, or, when that has just taken long, later: `send` tells the program.
function keep(path, number, send) {
    clearTimeout(waiting);
    const now = performance.now();
    if (now < tookUntil) {
        waiting = setTimeout(keep, tookUntil - now, path, number, send);
        waiting.unref();
        return;
    }
    let why = '';
    try {
        save(path, number);
    } catch (error) {
        why = String(error.message ?? error);
    }
    const end = performance.now();
    tookUntil = end + (end - now > 20 ? (end - now) * budget : 0);
    send('kept', number, why);
}

// --- restoring -------------------------------------------------------------------------------------------------------

async function restore(path) {
    const began = performance.now(), file = fs.readFileSync(path);
    const at = file.indexOf('\n\n') + 2;
    const sizes = [file.readUInt32LE(at), file.readUInt32LE(at + 4)];
    if (file.length !== at + 8 + sizes[0] + sizes[1]) return 'the file is damaged';
    const told = v8.deserialize(file.subarray(at + 8, at + 8 + sizes[0])), data = v8.deserialize(file.subarray(at + 8 + sizes[0]));
    Object.assign(process.env, told.environment);
    for (const name of told.unset) delete process.env[name];
    try { process.chdir(told.folder); } catch { /* it is gone */ }
    imports.push(...told.imports);
    const lost = [];
    const define = async text => {
        const done = await evaluate(text, 'restored');
        return done.exceptionDetails ? String(describe(valueOf(done.exceptionDetails.exception ?? done.result))).split('\n')[0] : '';
    };
    for (const {text, names} of told.imports) {
        const why = await define(text);
        if (why) lost.push(`${names.join(', ')} (${why})`);
    }
    let left = told.texts;
    for (let before = Infinity; left.length && left.length < before;) {  // a class may need one that comes later
        before = left.length;
        const failed = [];
        for (const one of left) if ((one.why = await define(one.isDeclared ? one.text : `let ${one.name} = (${one.text})`))) failed.push(one);
        left = failed;
    }
    lost.push(...left.map(one => `${one.name} (${one.why})`));
    const missing = restoreClasses(data, told.marks);
    for (const [name, value] of Object.entries(data)) {
        driver.hidden('__oi_value__', value);
        const why = await define(`let ${name} = __oi_value__`);
        if (why) lost.push(`${name} (${why})`);
    }
    delete globalThis.__oi_value__;
    lost.push(...missing);
    const count = Object.keys(data).length + told.texts.length - left.length;
    return `${count} ${((performance.now() - began) / 1000).toFixed(1)}\n${lost.join(', ')}`;
}

function restoreClasses(data, marks) {
    const classAt = new Map(marks), missing = new Set(), all = [...walk(data)];
    for (const [place, name] of classAt) {
        const found = look(name)?.value;
        if (found) Object.setPrototypeOf(all[place], found.prototype);
        else missing.add(`instances of ${name}`);
    }
    return missing;
}

return {note, keep, restore};
