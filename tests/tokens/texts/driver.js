// The JavaScript driver: runs cells in V8's own REPL mode (let, const and class may be declared again, await works at
// the top level) and speaks docs/protocol.md. A worker thread reads the frames, so that it can end a loop that holds
// the main thread. `require` and `importModule` come from languages/javascript.cc.
'use strict';
const fs = require('fs'), inspector = require('inspector'), path = require('path'), util = require('util');
const {Writable} = require('stream'), {createRequire} = require('module'), {pathToFileURL} = require('url');
const {Worker, MessageChannel, receiveMessageOnPort} = require('worker_threads');

const framesOut = 14;
const answered = 0, seen = 1;  // places in `shared`
const shared = new Int32Array(new SharedArrayBuffer(16));
const session = new inspector.Session();
let running = 0;       // number of the cell that runs; 0: none
let requests = 0;      // number of the last request
let takeValue = null;  // gets what evaluate() hands over

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
        writeAll(this.fd, typeof data === 'string' ? Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8') : data);
        done = typeof encoding === 'function' ? encoding : done;
        if (done) process.nextTick(done);
        return true;
    }
    _destroy(error, done) { done(); }
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
    if (name === 'run') run(num