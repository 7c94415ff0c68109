package org.keras4j.text.internal.stage;

/** Splits pieces further (a "pre-tokenizer"); some write the text anew while they do. */
public interface Splitter {
  /** The pieces that the given ones are split into. */
  Pieces split(Pieces pieces);
}
