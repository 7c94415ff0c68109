package org.keras4j.layers.image;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Spreads the values of each channel so that they are equally frequent around each place, within limits ({@code
 * keras.layers.ContrastLimitedAdaptiveHistogramEqualization}; Zuiderveld 1994).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * all but the batch known, or a map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new ContrastLimitedAdaptiveHistogramEqualization().clipLimit(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ContrastLimitedAdaptiveHistogramEqualization
    extends ImageLayer<ContrastLimitedAdaptiveHistogramEqualization, Void> {
  private static final int VALUES = 256;

  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  @Config
  private Number clipLimit = 4.0;

  @Config
  private List<Integer> tileGridSize = List.of(8, 8);

  /** With Keras's defaults. */
  public ContrastLimitedAdaptiveHistogramEqualization() {}

  @Override
  protected void configured() {
    valueRange = ValueRange.of(label(), valueRange);
    if (tileGridSize.size() != 2
        || !((List<?>) tileGridSize).stream().allMatch(n -> n instanceof Integer i && i >= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'tileGridSize' expects two integers of at least 1, got " + tileGridSize);
    }
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public ContrastLimitedAdaptiveHistogramEqualization valueRange(Number least, Number greatest) {
    return set("valueRange", () -> valueRange = ValueRange.of(label(), List.of(least, greatest)));
  }

  /**
   * How frequent a value may be at most, in multiples of the mean.
   *
   * @param value 4 by default; 0 or less for no limit
   * @return this layer
   */
  public ContrastLimitedAdaptiveHistogramEqualization clipLimit(Number value) {
    return set("clipLimit", () -> clipLimit = value);
  }

  /**
   * Into how many rows and columns of tiles images are cut; 8 and 8 by default.
   *
   * @param rows how many lie one above the other
   * @param columns how many lie side by side
   * @return this layer
   */
  public ContrastLimitedAdaptiveHistogramEqualization tileGridSize(int rows, int columns) {
    set("tileGridSize", () -> tileGridSize = List.of(rows, columns));
    configured();
    return this;
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Void none, boolean training) {
    Tensor last = channelsFirst() ? Ops.transpose(images, 0, 2, 3, 1) : images;
    Tensor x =
        Ops.cast(ValueRange.rescale(last, valueRange, ValueRange.BYTES, DType.FLOAT32), "float32");
    Tensor y = ValueRange.rescale(equalized(x), ValueRange.BYTES, valueRange, DType.FLOAT32);
    Tensor out = Ops.cast(y, images.dtype());
    return channelsFirst() ? Ops.transpose(out, 0, 3, 1, 2) : out;
  }

  private Tensor equalized(Tensor x) {
    int h = known(x, 1);
    int w = known(x, 2);
    int c = known(x, 3);
    int rows = tileGridSize.get(0);
    int columns = tileGridSize.get(1);
    int tileHeight = (h + rows - 1) / rows;
    int tileWidth = (w + columns - 1) / columns;
    int padRows = tileHeight * rows - h;
    int padColumns = tileWidth * columns - w;
    Tensor whole = padRows == 0 && padColumns == 0
        ? x
        : Ops.pad(x, new int[][] {{0, 0}, {0, padRows}, {0, padColumns}, {0, 0}}, "symmetric");
    Tensor pixels = Ops.cast(Ops.clip(whole, 0, VALUES - 1), "int32");
    Tensor tiles = Ops.reshape(pixels, -1, rows, tileHeight, columns, tileWidth, c);
    int size = tileHeight * tileWidth;
    Tensor flat = Ops.reshape(Ops.transpose(tiles, 0, 1, 3, 5, 2, 4), -1, rows, columns, c, size);
    Tensor maps = maps(flat, size);
    // tiles beyond the borders are as those at them
    maps = Ops.pad(maps, new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}, "edge");
    Tensor table = Ops.reshape(maps, -1);
    Between down = Between.of(tileHeight, rows, 2);
    Between across = Between.of(tileWidth, columns, 1);
    int strideX = VALUES * c;
    int strideY = strideX * (columns + 2);
    Tensor batch = Prims.expandDims(Prims.iotaOf(x, 0, DType.INT32), 1, 2, 3);
    Tensor channel = Ops.arange(0, c, 1, "int32");
    Tensor base = Ops.add(
        Ops.add(Ops.multiply(batch, strideY * (rows + 2)), Ops.multiply(channel, VALUES)), pixels);
    Tensor top = across.mix(
        Ops.take(table, at(base, down.low(), strideY, across.low(), strideX)),
        Ops.take(table, at(base, down.low(), strideY, across.high(), strideX)));
    Tensor bottom = across.mix(
        Ops.take(table, at(base, down.high(), strideY, across.low(), strideX)),
        Ops.take(table, at(base, down.high(), strideY, across.high(), strideX)));
    return Prims.slice(Prims.slice(down.mix(top, bottom), 1, 0, h), 2, 0, w);
  }

  private static Tensor at(Tensor base, Tensor row, int strideY, Tensor column, int strideX) {
    return Ops.add(Ops.add(base, Ops.multiply(row, strideY)), Ops.multiply(column, strideX));
  }

  // for each tile what becomes of each value, (batch, rows, columns, channels, values)
  private Tensor maps(Tensor tiles, int size) {
    Tensor counts = Ops.sum(Ops.oneHot(tiles, VALUES), -2);
    if (clipLimit.doubleValue() > 0) {
      Tensor kept = Ops.clip(counts, 0, clipLimit.doubleValue() * size / VALUES);
      Tensor excess = Ops.sum(Ops.subtract(counts, kept), -1, true);
      counts = Ops.add(kept, Ops.divide(excess, (double) VALUES));
    }
    Tensor below = Ops.cumsum(counts, -1);
    Tensor least = Ops.min(below, -1, true);
    Tensor others = Ops.subtract((double) size, least);
    Tensor steps = Ops.where(Ops.equal(others, 0), Ops.onesLike(others), others);
    Tensor y = Ops.divide(Ops.multiply(Ops.subtract(below, least), 255.0), steps);
    return Ops.clip(y, 0, 255);
  }

  /**
   * For each row or column the tiles before and after it, and how close it is to the one after, shaped to
   * broadcast.
   */
  private record Between(Tensor low, Tensor high, Tensor weight) {
    static Between of(int tile, int tiles, int axesAfter) {
      int n = ReadBudget.table("the places of the tiles", 24, tile, tiles);
      int[] low = new int[n];
      int[] high = new int[n];
      float[] weight = new float[n];
      for (int i = 0; i < n; i++) {
        float place = (i - tile / 2f) / tile + 1;
        int before = (int) Math.floor(place);
        weight[i] = place - before;
        low[i] = Math.min(Math.max(before, 0), tiles + 1);
        high[i] = Math.min(Math.max(before + 1, 0), tiles + 1);
      }
      int[] after = new int[axesAfter];
      Arrays.setAll(after, i -> i + 1);
      return new Between(
          Prims.expandDims(ArrayLike.tensor(low), after),
          Prims.expandDims(ArrayLike.tensor(high), after),
          Prims.expandDims(ArrayLike.tensor(weight), after));
    }

    Tensor mix(Tensor atLow, Tensor atHigh) {
      return Ops.add(Ops.multiply(atLow, Ops.subtract(1.0, weight)), Ops.multiply(atHigh, weight));
    }
  }
}
