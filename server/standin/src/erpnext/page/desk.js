"use strict";
/* What Client Scripts of a form need of ERPNext's desk; `boot` comes from the page. */

class Elements {
  constructor(all) {
    this.all = all;
    this.length = all.length;
    all.forEach((one, number) => { this[number] = one; });
  }
  get(number) { return number === undefined ? [...this.all] : this.all[number]; }
  each(act) { this.all.forEach((one, number) => act.call(one, number, one)); return this; }
  first() { return new Elements(this.all.slice(0, 1)); }
  find(selector) { return new Elements(this.all.flatMap((one) => [...one.querySelectorAll(selector)])); }
  closest(selector) { return new Elements(this.all.map((one) => one.closest(selector)).filter(Boolean)); }
  parent() { return new Elements(this.all.map((one) => one.parentElement).filter(Boolean)); }
  empty() { return this.each((_, one) => one.replaceChildren()); }
  remove() { return this.each((_, one) => one.remove()); }
  html(markup) {
    if (markup === undefined) return this.length ? this[0].innerHTML : undefined;
    return this.empty().append(markup);
  }
  text(words) {
    if (words === undefined) return this.all.map((one) => one.textContent).join("");
    return this.each((_, one) => { one.textContent = words; });
  }
  append(what) { return this.each((_, one) => one.append(...nodes(what))); }
  prepend(what) { return this.each((_, one) => one.prepend(...nodes(what))); }
  appendTo(where) { $(where).append(this); return this; }
  attr(name, value) {
    if (typeof name === "object") {
      Object.entries(name).forEach(([one, its]) => this.attr(one, its));
      return this;
    }
    if (value === undefined) return this.length ? this[0].getAttribute(name) ?? undefined : undefined;
    return this.each((_, one) => one.setAttribute(name, value));
  }
  prop(name, value) {
    if (value === undefined) return this.length ? this[0][name] : undefined;
    return this.each((_, one) => { one[name] = value; });
  }
  css(name, value) {
    const styles = typeof name === "object" ? name : { [name]: value };
    return this.each((_, one) => Object.entries(styles).forEach(([key, its]) => {
      if (key in one.style) one.style[key] = its; else one.style.setProperty(key, its);
    }));
  }
  addClass(names) { return this.each((_, one) => one.classList.add(...names.split(/\s+/))); }
  removeClass(names) { return this.each((_, one) => one.classList.remove(...names.split(/\s+/))); }
  show() { return this.css("display", ""); }
  hide() { return this.css("display", "none"); }
  on(event, act) { return this.each((_, one) => one.addEventListener(event, act)); }
  off(event, act) { return this.each((_, one) => one.removeEventListener(event, act)); }
}

const nodes = (what) => {
  if (what instanceof Elements) return what.all;
  if (Array.isArray(what)) return what.flatMap(nodes);
  if (what instanceof Node) return [what];
  return [document.createRange().createContextualFragment(String(what))];
};

const $ = (what, attributes) => {
  if (typeof what === "function") { what(); return undefined; }
  if (what instanceof Elements) return what;
  if (typeof what !== "string") return new Elements(what ? [what] : []);
  if (!what.trim().startsWith("<")) return new Elements([...document.querySelectorAll(what)]);
  const made = document.createElement("template");
  made.innerHTML = what.trim();
  const elements = new Elements([...made.content.children]);
  return attributes ? elements.attr(attributes) : elements;
};

const handlers = {};

const call = async (settings, args) => {
  const { method, args: given, callback, error } =
    typeof settings === "string" ? { method: settings, args } : settings;
  const body = new URLSearchParams();
  Object.entries(given || {}).forEach(([name, value]) => {
    if (value !== undefined) body.set(name, typeof value === "object" ? JSON.stringify(value) : value);
  });
  const answer = await fetch(`/api/method/${method}`, {
    method: "POST",
    headers: { Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
    body,
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    error?.(told);
    JSON.parse(told._server_messages || "[]").forEach((one) => frappe.msgprint(JSON.parse(one)));
    throw told;
  }
  callback?.(told);
  return told;
};

const xcall = async (method, args) => (await call({ method, args })).message;

const frappe = {
  boot: { user: { name: boot.user, roles: boot.roles }, sysdefaults: {}, csrf_token: boot.csrf_token },
  csrf_token: boot.csrf_token,
  session: { user: boot.user, user_fullname: boot.full_name },
  user_roles: boot.roles,
  call,
  xcall,
  db: {
    insert: (doc) => xcall("frappe.client.insert", { doc }),
    get_value: (doctype, filters, fieldname) =>
      call({ method: "frappe.client.get_value", args: { doctype, filters, fieldname } }),
    get_list: (doctype, args) => xcall("frappe.client.get_list", { doctype, ...args }),
  },
  get_route: () => (boot.doc ? ["Form", boot.doctype, boot.doc.name] : ["Workspaces"]),
  has_role: (role) => boot.roles.includes(role),
  msgprint: (what) => {
    const words = document.createElement("p");
    words.className = "form-message";
    words.textContent = typeof what === "string" ? what : what.message;
    document.getElementById("messages").append(words);
  },
  show_alert: (what) => frappe.msgprint(what),
  throw: (what) => { frappe.msgprint(what); throw new Error(typeof what === "string" ? what : what.message); },
  provide: (path) => path.split(".").reduce((at, name) => (at[name] ??= {}), globalThis),
  ui: {
    form: {
      on: (doctype, event, act) => {
        const events = typeof event === "string" ? { [event]: act } : event;
        Object.entries(events).forEach(([name, handler]) => {
          ((handlers[doctype] ??= {})[name] ??= []).push(handler);
        });
      },
    },
  },
};

const __ = (words, values) =>
  String(words).replace(/\{(\d+)\}/g, (whole, number) => values?.[number] ?? whole);

Object.assign(globalThis, { $, jQuery: $, __, frappe });

const form = (doctype, doc) => {
  const fields_dict = {};
  document.querySelectorAll("[data-fieldname]").forEach((element) => {
    const { fieldname, fieldtype, label } = element.dataset;
    const $wrapper = $(element);
    fields_dict[fieldname] = { df: { fieldname, fieldtype, label }, $wrapper, wrapper: element };
  });
  return {
    doctype,
    docname: doc.name,
    doc,
    fields_dict,
    is_new: () => false,
    get_field: (name) => fields_dict[name],
    async trigger(event) {
      for (const act of handlers[doctype]?.[event] ?? []) await act(this, doctype, doc.name);
    },
    refresh() { return this.trigger("refresh"); },
  };
};

const open = async () => {
  if (!boot.doc) return;
  for (const script of boot.scripts) {
    try { new Function(script)(); } catch (error) { console.error(error); }
  }
  const frm = form(boot.doctype, boot.doc);
  globalThis.cur_frm = frm;
  for (const event of ["setup", "onload", "refresh"]) {
    try { await frm.trigger(event); } catch (error) { console.error(error); }
  }
};

open();
