package org.keras4j.text.internal.stage;

/** Changes characters before a text is split: case, accents, forms of Unicode, spaces. */
public interface Normalizer {
  /** The changed text, or the given one where there is nothing to change. */
  Text normalize(Text text);
}
