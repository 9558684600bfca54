// The object `computer` of JavaScript cells, asked for when it is first used: calls back to the program (docs/protocol.md).
// Each call waits, so that its result is the value itself; `await` changes nothing.
'use strict';
const call = (method, args) => JSON.parse(ask(method, JSON.stringify(args)));

return {
    run: (language, code) => call('run', {language, code}),
    files: {
        edit: (file, original, replacement) => call('files.edit', {path: path.resolve(file), original, replacement}),
        search: (query, folder = '.') => call('files.search', {query, folder: path.resolve(folder)})
            .map(hit => ({...hit, path: path.join(folder, hit.path)})),
    },
};
