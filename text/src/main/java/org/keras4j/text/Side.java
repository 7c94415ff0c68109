package org.keras4j.text;

/** An end of a sequence of tokens. */
public enum Side {
  /** The beginning. */
  LEFT,
  /** The end. */
  RIGHT
}
