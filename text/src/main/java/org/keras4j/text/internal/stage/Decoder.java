package org.keras4j.text.internal.stage;

import java.util.List;

/** Turns tokens back into text. What the parts of the result make, put together, is the text. */
public interface Decoder {
  /** The tokens as they are written in the text, perhaps fewer or more of them. */
  List<String> decode(List<String> tokens);
}
