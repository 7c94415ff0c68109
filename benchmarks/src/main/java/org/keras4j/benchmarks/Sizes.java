package org.keras4j.benchmarks;

/**
 * The dimensions that make a workload heavy.
 *
 * @param side height and width of images
 * @param vocabulary the number of tokens
 * @param encoders the encoder blocks of the transformer; BERT and GPT-2 have three times as many
 * @param width the units of BERT and GPT-2, 64 a head
 * @param context the tokens of a row of GPT-2
 * @param chain the most layers of the chains of small dense layers
 * @param rows the rows of an epoch of {@code fit_loop}
 */
public record Sizes(
    int side, int vocabulary, int encoders, int width, int context, int chain, int rows) {
  /** As the peers measure them. */
  public static final Sizes FULL = new Sizes(224, 20000, 4, 768, 1024, 500, 20000);

  /** Small ones, to see that everything runs. */
  public static final Sizes SMALL = new Sizes(32, 50, 1, 64, 16, 5, 96);
}
