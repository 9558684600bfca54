// Goes before javascript.js: turns TypeScript cells into JavaScript. One esbuild runs as a service for the whole session; a cell
// costs a millisecond. Its packets: length, number (times two; odd: an answer), value; all numbers are 32 bits, little-endian.
'use strict';

function startTypeScript(program, blankOut) {
    const {spawn, execFile} = require('child_process');
    const options = {preserveValueImports: true, importsNotUsedAsValues: 'preserve', verbatimModuleSyntax: true, experimentalDecorators: true};
    const flags = ['--loader=ts', '--target=esnext', '--sourcemap=external', '--sources-content=false', '--log-level=silent', '--log-limit=0',
        '--charset=utf8', `--tsconfig-raw=${JSON.stringify({compilerOptions: options})}`];
    let service = null;  // a promise

    function encode(value) {
        const sized = (kind, count) => {
            const head = Buffer.alloc(5);
            head[0] = kind;
            head.writeUInt32LE(count, 1);
            return head;
        };
        if (typeof value === 'boolean') return Buffer.from([1, Number(value)]);
        if (typeof value === 'string') return Buffer.concat([sized(3, Buffer.byteLength(value)), Buffer.from(value)]);
        if (Buffer.isBuffer(value)) return Buffer.concat([sized(4, value.length), value]);
        if (Array.isArray(value)) return Buffer.concat([sized(5, value.length), ...value.map(encode)]);
        const entries = Object.entries(value);  // names are written like texts, without their kind
        return Buffer.concat([sized(6, entries.length), ...entries.flatMap(([name, held]) => [encode(name).subarray(1), encode(held)])]);
    }

    function decode(packet) {
        let at = 4;
        const count = () => packet.readUInt32LE((at += 4) - 4);
        const bytes = () => {
            const length = count();
            return packet.subarray(at, at += length);
        };
        const kinds = [() => null, () => packet[at++] === 1, count, () => bytes().toString(), bytes,
            () => Array.from({length: count()}, value), () => Object.fromEntries(Array.from({length: count()}, () => [bytes().toString(), value()]))];
        const value = () => kinds[packet[at++]]();
        return value();
    }

    async function start() {
        // The service answers only those that name its version.
        const version = await new Promise((settle, fail) =>
            execFile(program, ['--version'], (error, text) => error ? fail(new Error(`${program}: ${error.message}`)) : settle(text.trim())));
        const child = spawn(program, [`--service=${version}`], {stdio: ['pipe', 'pipe', 'ignore']});
        // Only while a cell waits for it, it keeps node awake: see beforeExit in javascript.js.
        for (const handle of [child, child.stdin, child.stdout]) handle.unref();
        const waiting = new Map();
        let rest = Buffer.alloc(0), isGreeted = false, number = 0;
        const end = () => {
            service = null;  // the next cell starts another one
            for (const {fail} of waiting.values()) fail(new Error(`${program} ended`));
            waiting.clear();
        };
        child.on('error', end);
        child.on('exit', end);
        child.stdin.on('error', () => {});
        child.stdout.on('data', data => {
            rest = Buffer.concat([rest, data]);
            while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
                const packet = rest.subarray(4, 4 + rest.readUInt32LE(0));
                rest = rest.subarray(4 + packet.length);
                const answered = isGreeted ? packet.readUInt32LE(0) >>> 1 : -1;  // the first packet is the version
                isGreeted = true;
                waiting.get(answered)?.settle(decode(packet));
                waiting.delete(answered);
                if (!waiting.size) child.stdout.unref();
            }
        });
        return value => new Promise((settle, fail) => {
            const id = number++, body = encode(value), head = Buffer.alloc(8);
            head.writeUInt32LE(body.length + 4, 0);
            head.writeUInt32LE(id * 2, 4);
            waiting.set(id, {settle, fail});
            child.stdout.ref();
            child.stdin.write(Buffer.concat([head, body]));
        });
    }

    function running() {
        service ??= start();
        service.catch(() => { service = null; });
        return service;
    }

    // For each line of the JavaScript the line of the cell it comes from, from 1; places 0 and up.
    function linesOf(map) {
        const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
        const lines = [];
        let source = 0;
        for (const line of JSON.parse(map).mappings.split(';')) {
            let first = null;
            for (const segment of line ? line.split(',') : []) {
                const fields = [];
                for (let i = 0, shift = 0, number = 0; i < segment.length; i++) {
                    const digit = letters.indexOf(segment[i]);
                    number |= (digit & 31) << shift;
                    shift += 5;
                    if (digit & 32) continue;
                    fields.push(number & 1 ? -(number >> 1) : number >> 1);
                    shift = number = 0;
                }
                source += fields[2] ?? 0;
                first ??= source;
            }
            lines.push((first ?? source) + 1);
        }
        return lines;
    }

    // In a cell there is nobody to export to.
    const exported = /^[^\S\n]*export\s+(?:default\s+(?=(?:async\s+|abstract\s+)?(?:function|class)\b)|(?=(?:async\s+function|const|let|var|function|class|interface|enum|abstract|declare|namespace|import\s+[\w$]+\s*=)\b|type\s+[\w$]))/gm;
    function withoutExports(code) {
        if (!code.includes('export')) return code;
        let result = code;
        for (const {0: words, index} of blankOut(code).matchAll(exported))
            result = result.slice(0, index) + words.replace(/\S/g, ' ') + result.slice(index + words.length);
        return result;
    }

    // esbuild drops a statement that it can compute, although a cell's last one is its value: -1, undefined, Colour.Red.
    const computed = /(?<=(?:^|[;})\]"'`])\s*)(?:undefined|void 0|NaN|[A-Za-z_$][\w$]*(?:\.[\w$]+)+|(?<=(?:^|;)\s*)[-+!~]+\s*[\w.]+)(?=[\s;]*$)/;
    function withValue(code) {
        const {0: last, index} = computed.exec(blankOut(code)) ?? {};
        return last ? `${code.slice(0, index)}__oi_value__(${last})${code.slice(index + last.length)}` : code;
    }

    // {code, lines}, or {line, text} of the first error.
    async function translate(code, name) {
        const request = {command: 'transform', flags: [`--sourcefile=${name}`, ...flags], inputFS: false, input: Buffer.from(withValue(withoutExports(code)))};
        const ask = async () => (await running())(request);
        const told = await ask().catch(ask);  // an interrupt of the first cell ends the service, too, a moment later
        const [error] = told.errors ?? [{text: told.error ?? 'esbuild gave no answer'}];
        if (error) return {line: error.location?.line ?? 1, text: error.text};
        return {code: told.code.toString(), lines: linesOf(told.map.toString())};
    }

    running();
    return translate;
}

