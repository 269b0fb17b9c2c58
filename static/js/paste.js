// Pasting from a word processor or a web page: what comes with its form comes in as the Markdown that the hub takes, with
// paragraphs, bold and italic words, lists and links, and nothing else. Fields named in data-plain of the form, and lines,
// take plain text as ever. The clipboard is read as text: nothing of it becomes part of the page.
"use strict";

(() => {
  const SILENT = /<(script|style|title|head|xml|svg|object|template)\b[^]*?<\/\1\s*>|<!--[^]*?-->|<![^>]*>|<\?[^>]*>/gi;
  const TOKEN = /<(\/?)([a-z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>|[^<]+|</gi;
  const EMPTY = new Set(["br", "img", "meta", "link", "hr", "input", "col", "wbr", "base"]);
  const BLOCK = /^(p|div|section|article|main|h[1-6]|blockquote|table|tbody|thead|tr|dl|dt|dd|pre|ul|ol|li|body|html)$/;
  const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", hellip: "…", ndash: "–", mdash: "—", bull: "•", middot: "·" };

  const letters = (text) =>
    text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
      const code = hex ? parseInt(hex, 16) : Number(decimal);
      return name ? NAMED[name.toLowerCase()] ?? whole : code > 31 && code < 0x110000 ? String.fromCodePoint(code) : " ";
    });

  const attribute = (source, name) => {
    const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(source);
    return found ? letters(found[1] ?? found[2] ?? found[3]) : "";
  };

  // A tree of plain objects: {tag, style, href, children}, with texts as strings.
  function read(html) {
    const root = { tag: "body", style: "", href: "", children: [] };
    let open = [root];
    for (const [token, closing, name, rest] of html.replace(SILENT, "").matchAll(TOKEN)) {
      const tag = (name || "").toLowerCase();
      if (!tag) {
        open.at(-1).children.push(letters(token));
        continue;
      }
      const at = open.findLastIndex((each) => each.tag === tag);
      const isUnclosed = at > 0 && (tag === "p" || (tag === "li" && !open.slice(at).some((each) => /^[ou]l$/.test(each.tag))));
      if ((closing && at > 0) || (!closing && isUnclosed)) {
        open = open.slice(0, at);
      }
      if (!closing) {
        const node = { tag, style: attribute(rest, "style").toLowerCase(), href: attribute(rest, "href"), children: [] };
        open.at(-1).children.push(node);
        if (!EMPTY.has(tag) && !rest.endsWith("/")) {
          open.push(node);
        }
      }
    }
    return root;
  }

  const around = (mark, text) => {
    const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(text);
    return words ? before + mark + words + mark + after : text;
  };

  const isBold = (node) => {
    const weight = /font-weight:\s*(\w+)/.exec(node.style)?.[1];
    return weight ? weight === "bold" || Number(weight) >= 600 : /^(b|strong)$/.test(node.tag);
  };

  const isItalic = (node) => {
    const style = /font-style:\s*(\w+)/.exec(node.style)?.[1];
    return style ? style === "italic" : /^(i|em)$/.test(node.tag);
  };

  const isSign = (node) => typeof node === "object" && node.style.includes("mso-list:ignore");
  const holdsBlock = (node) =>
    typeof node === "object" && (BLOCK.test(node.tag) || node.children.some(holdsBlock));

  function inline(node) {
    if (typeof node === "string") {
      return node.replace(/\s+/g, " ");
    }
    if (isSign(node)) {
      return "";
    }
    if (node.tag === "br") {
      return "\n";
    }
    let text = node.children.map(inline).join("");
    if (node.tag === "a" && /^https?:\/\/[^\s()]+$/.test(node.href) && text.trim()) {
      text = text.replace(text.trim(), () => `[${text.trim()}](${node.href})`);
    }
    text = isItalic(node) ? around("*", text) : text;
    return isBold(node) ? around("**", text) : text;
  }

  const words = (node) => (typeof node === "string" ? node : node.children.map(words).join(""));
  const signs = (node) =>
    typeof node === "string" ? "" : isSign(node) ? words(node) : node.children.map(signs).join("");

  // A word processor writes its lists as paragraphs that begin with a sign.
  function mark(node) {
    if (!node.style.includes("mso-list") && !signs(node)) {
      return "";
    }
    const level = Number(/level(\d)/.exec(node.style)?.[1] || 1) - 1;
    return "   ".repeat(level) + (/^\s*\w{1,3}[.)]/.test(signs(node)) ? "1. " : "- ");
  }

  function blocks(node, found) {
    let line = "";
    const end = () => {
      const text = line.replace(/ *\n */g, "\n").replace(/ {2,}/g, " ").trim();
      if (text) {
        found.push({ text, isItem: false });
      }
      line = "";
    };
    for (const child of node.children) {
      if (!holdsBlock(child)) {
        line += inline(child);
        continue;
      }
      end();
      if (/^[ou]l$/.test(child.tag)) {
        list(child, "", found);
      } else if (child.tag === "tr") {
        const cells = child.children.filter((each) => typeof each === "object");
        found.push({ text: cells.map((cell) => words(cell).replace(/\s+/g, " ").trim()).filter(Boolean).join("; "), isItem: false });
      } else if (/^h[1-6]$/.test(child.tag)) {
        found.push({ text: around("**", inline(child).replaceAll("**", "").trim()), isItem: false });
      } else if (!child.children.some(holdsBlock) && mark(child)) {
        found.push({ text: mark(child) + inline(child).trim(), isItem: true });
      } else {
        blocks(child, found);
      }
    }
    end();
  }

  function list(node, indent, found) {
    let at = 1;
    for (const item of node.children) {
      if (typeof item === "string") {
        continue;
      }
      if (/^[ou]l$/.test(item.tag)) {
        list(item, `${indent}   `, found);
        continue;
      }
      const inner = [];
      blocks(item, inner);
      const sign = node.tag === "ol" ? `${at}. ` : "- ";
      inner.forEach((each, place) => found.push({ text: indent + (place ? "   " : sign) + each.text, isItem: true }));
      at += 1;
    }
  }

  function toMarkdown(html) {
    const found = [];
    blocks(read(html), found);
    const said = found.filter((each) => each.text.trim());
    return said
      .map((each, at) => (at === 0 ? "" : each.isItem && said[at - 1].isItem ? "\n" : "\n\n") + each.text)
      .join("");
  }

  for (const form of document.querySelectorAll("form[data-plain]")) {
    const plain = new Set(form.dataset.plain.split(" "));
    form.addEventListener("paste", (event) => {
      const field = event.target;
      const html = event.clipboardData?.getData("text/html");
      const text = html && field.tagName === "TEXTAREA" && !plain.has(field.name) ? toMarkdown(html) : "";
      if (!text) {
        return;
      }
      event.preventDefault();
      if (!document.execCommand("insertText", false, text)) { // which can be undone
        field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }
})();
