// The object `computer` of JavaScript cells, asked for when it is first used: calls back to the program (docs/protocol.md).
// Each call waits, so that its result is the value itself; `await` changes nothing.
'use strict';
const call = (method, args) => JSON.parse(ask(method, JSON.stringify(args)));

let brought;  // the functions that the program has brought
const ofProgram = () => {
    if (!brought) try { brought = call('functions', {}); } catch { brought = []; }
    return brought;
};
const isNamed = (value, names) => value !== null && typeof value === 'object' && !Array.isArray(value) &&
    Object.keys(value).every(key => names.includes(key));
// With its arguments in order, or as one object with their names.
const bound = ({name, parameters}) => (...values) => {
    if (values.length === 1 && isNamed(values[0], parameters)) return call(name, values[0]);
    if (values.length > parameters.length)
        throw new TypeError(`computer.${name}() takes ${parameters.length} arguments, ${values.length} were given`);
    return call(name, Object.fromEntries(values.map((value, i) => [parameters[i], value])));
};

return new Proxy({
    run: (language, code) => call('run', {language, code}),
    files: {
        edit: (file, original, replacement) => call('files.edit', {path: path.resolve(file), original, replacement}),
        search: (query, folder = '.') => call('files.search', {query, folder: path.resolve(folder)})
            .map(hit => ({...hit, path: path.join(folder, hit.path)})),
    },
}, {
    get(target, name) {
        if (name in target || typeof name !== 'string') return target[name];
        const found = ofProgram().find(one => one.name === name);
        return found && (target[name] = bound(found));
    },
});
