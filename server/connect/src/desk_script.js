// Made by Parlance __VERSION__. Changes made here are lost when the site is connected again.
(() => {
  const home = __HOME__;

  // A frame cannot use the desk's session. It asks for a ticket: a document that ERPNext signs with the user who makes it.
  const ticket = async (frame, nonce) => {
    let type = 'parlance:ticket-made';
    try {
      await frappe.db.insert({ doctype: __TICKET__, nonce });
    } catch {
      type = 'parlance:ticket-refused';
    }
    frame.contentWindow?.postMessage({ type, nonce }, home);
  };

  window.parlanceListens ??= {};
  if (!window.parlanceListens[home]) {
    window.parlanceListens[home] = true;
    window.addEventListener('message', (event) => {
      if (event.origin !== home || event.data?.type !== 'parlance:ticket') return;
      const { nonce } = event.data;
      if (typeof nonce !== 'string' || !/^[A-Za-z0-9_-]{16,140}$/.test(nonce)) return;
      const frames = [...document.querySelectorAll('iframe[data-parlance]')];
      const frame = frames.find((one) => one.contentWindow === event.source);
      if (frame) ticket(frame, nonce);
    });
  }

  frappe.ui.form.on(__DOCTYPE__, {
    refresh(frm) {
      const field = frm.get_field('parlance_panel');
      if (!field) return;
      if (frm.is_new()) {
        field.$wrapper.empty();
        return;
      }
      const asked = new URLSearchParams({ doctype: frm.doctype, name: frm.doc.name });
      const src = `${home}/embed?${asked}`;
      // refresh runs after every save too: the page in the frame must stay as it is.
      if (field.$wrapper.find('iframe').attr('src') === src) return;
      const frame = document.createElement('iframe');
      frame.dataset.parlance = frm.doctype;
      frame.title = 'Parlance';
      frame.allow = 'microphone; camera; autoplay; clipboard-write';
      frame.style.cssText = 'width:100%;height:75vh;min-height:420px;border:0';
      frame.setAttribute('src', src);
      field.$wrapper.empty().append(frame);
    },
  });
})();
