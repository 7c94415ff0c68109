package org.keras4j.ops.types;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How windows move over the inputs of a convolution ({@code keras.ops.conv}, {@code depthwise_conv}, {@code
 * separable_conv}, {@code conv_transpose}).
 *
 * <pre>{@code
 * Ops.conv(images, kernel, ConvOptions.defaults().strides(2).padding("same"));
 * }</pre>
 */
public final class ConvOptions {
  private Object strides = 1;
  private String padding = "valid";
  private @Nullable Object outputPadding;
  private @Nullable String dataFormat;
  private Object dilationRate = 1;

  private ConvOptions() {}

  /** Keras's defaults. */
  public static ConvOptions defaults() {
    return new ConvOptions();
  }

  /**
   * How far a window moves.
   *
   * @param value an int, or one a spatial axis; 1 by default
   * @return these options
   */
  public ConvOptions strides(int... value) {
    this.strides = value.length == 1 ? value[0] : Arrays.stream(value).boxed().toList();
    return this;
  }

  /** See {@link #strides(int...)}; an {@link Integer} or a {@link List} of such. */
  public Object strides() {
    return strides;
  }

  /**
   * What is done at the borders.
   *
   * @param value {@code "valid"} (the default): windows stay inside; or {@code "same"}
   * @return these options
   */
  public ConvOptions padding(String value) {
    this.padding = value;
    return this;
  }

  /** See {@link #padding(String)}. */
  public String padding() {
    return padding;
  }

  /**
   * Places added after each spatial axis of a transposed convolution; for others it must not be set.
   *
   * @param value an int, or one a spatial axis; none by default
   * @return these options
   */
  public ConvOptions outputPadding(int... value) {
    this.outputPadding =
        value.length == 1 ? value[0] : Arrays.stream(value).boxed().toList();
    return this;
  }

  /** See {@link #outputPadding(int...)}; an {@link Integer} or a {@link List} of such. */
  public @Nullable Object outputPadding() {
    return outputPadding;
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; null (the default) for the configured one
   * @return these options
   */
  public ConvOptions dataFormat(@Nullable String value) {
    this.dataFormat = value;
    return this;
  }

  /** See {@link #dataFormat(String)}. */
  public @Nullable String dataFormat() {
    return dataFormat;
  }

  /**
   * How far places of a window are from each other.
   *
   * @param value an int, or one a spatial axis; 1 by default
   * @return these options
   */
  public ConvOptions dilationRate(int... value) {
    this.dilationRate =
        value.length == 1 ? value[0] : Arrays.stream(value).boxed().toList();
    return this;
  }

  /** See {@link #dilationRate(int...)}; an {@link Integer} or a {@link List} of such. */
  public Object dilationRate() {
    return dilationRate;
  }
}
