package org.keras4j.ops.types;

/**
 * How label sequences are found ({@code keras.ops.ctc_decode}).
 *
 * <pre>{@code
 * Ops.ctcDecode(logits, lengths, CtcDecodeOptions.defaults().strategy("beam_search").topPaths(3));
 * }</pre>
 */
public final class CtcDecodeOptions {
  private String strategy = "greedy";
  private int beamWidth = 100;
  private int topPaths = 1;
  private boolean mergeRepeated = true;
  private int maskIndex = 0;

  private CtcDecodeOptions() {}

  /** Keras's defaults. */
  public static CtcDecodeOptions defaults() {
    return new CtcDecodeOptions();
  }

  /**
   * How they are searched for.
   *
   * @param value {@code "greedy"} (the default), the best class of each step; or {@code "beam_search"}
   * @return these options
   */
  public CtcDecodeOptions strategy(String value) {
    this.strategy = value;
    return this;
  }

  /** See {@link #strategy(String)}. */
  public String strategy() {
    return strategy;
  }

  /**
   * How many sequences a beam search keeps.
   *
   * @param value 100 by default
   * @return these options
   */
  public CtcDecodeOptions beamWidth(int value) {
    this.beamWidth = value;
    return this;
  }

  /** See {@link #beamWidth(int)}. */
  public int beamWidth() {
    return beamWidth;
  }

  /**
   * How many sequences a beam search gives.
   *
   * @param value 1 by default
   * @return these options
   */
  public CtcDecodeOptions topPaths(int value) {
    this.topPaths = value;
    return this;
  }

  /** See {@link #topPaths(int)}. */
  public int topPaths() {
    return topPaths;
  }

  /**
   * Whether greedy decoding takes equal neighbours for one label.
   *
   * @param value true by default
   * @return these options
   */
  public CtcDecodeOptions mergeRepeated(boolean value) {
    this.mergeRepeated = value;
    return this;
  }

  /** See {@link #mergeRepeated(boolean)}. */
  public boolean mergeRepeated() {
    return mergeRepeated;
  }

  /**
   * The class that stands for the blank.
   *
   * @param value 0 by default
   * @return these options
   */
  public CtcDecodeOptions maskIndex(int value) {
    this.maskIndex = value;
    return this;
  }

  /** See {@link #maskIndex(int)}. */
  public int maskIndex() {
    return maskIndex;
  }
}
