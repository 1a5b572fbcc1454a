// The overlay's door: Streamlit calls `mount` at first and again whenever the data changes.

import { Overlay } from "./overlay.js";

const mounted = new WeakMap();

/** Returns the clean-up. Of several calls only the last one's clean-up takes the overlay away. */
export function mount({ parentElement, data, setTriggerValue }) {
  const held = mounted.get(parentElement) ?? { calls: 0, overlay: null };
  held.calls += 1;
  const call = held.calls;
  if (held.overlay) held.overlay.update(data, setTriggerValue);
  else held.overlay = new Overlay({ parent: parentElement, data, trigger: setTriggerValue });
  mounted.set(parentElement, held);
  return () => {
    if (held.calls !== call || mounted.get(parentElement) !== held) return;
    mounted.delete(parentElement);
    held.overlay.destroy();
  };
}
