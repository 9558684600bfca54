// Goes into the page of a React cell: what the cell may use without importing it, and how its component is shown.
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import {createRoot} from 'react-dom/client';

export {React, ReactDOM, createRoot};
export {
    useState, useEffect, useRef, useMemo, useCallback, useReducer, useContext, useLayoutEffect, useId, createContext, Fragment, memo, Suspense,
} from 'react';

// A cell without a component has rendered by itself.
globalThis.__oi_show = cell => {
    if (cell?.default) createRoot(document.getElementById('root')).render(React.createElement(cell.default));
};
