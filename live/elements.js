// Elements of the page.

export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

export const add = (parent, tag, properties) => parent.appendChild(make(tag, properties));
