package org.keras4j.ops.internal.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.LongList;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Extents;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.arguments.OpenPadding;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.ConvOptions;

/**
 * The convolutions of {@code keras.ops}, over one to three spatial axes. Where inputs and kernels are integers,
 * so is the result: exact up to 2^53, and wrapped to its dtype.
 */
public final class ConvolutionOps {
  private ConvolutionOps() {}

  /** {@link #conv(Object, Object, Object, String, String, Object)} with stride 1 and no padding. */
  public static Tensor conv(Object inputs, Object kernel) {
    return conv(inputs, kernel, 1, "valid", null, 1);
  }

  /** {@link #conv(Object, Object, Object, String, String, Object)} in the default layout. */
  public static Tensor conv(Object inputs, Object kernel, Object strides, String padding) {
    return conv(inputs, kernel, strides, padding, null, 1);
  }

  /**
   * Convolution as neural networks have it, the kernel not mirrored ({@code keras.ops.conv}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   *     {@code (batch, channels, spatial...)}; converted to the kernel's dtype
   * @param kernel {@code (spatial..., channels / groups, filters)}; its channels tell the groups
   * @param strides an int, or one a spatial axis
   * @param padding {@code "valid"}, or {@code "same"}: zeros so that strides alone tell the size
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param dilationRate distance of kernel elements, an int or one a spatial axis
   * @return {@code (batch, new spatial..., filters)}, channels where those of the inputs stand
   * @throws IllegalArgumentException if shapes do not fit, or nothing would be left
   */
  public static Tensor conv(
      Object inputs,
      Object kernel,
      Object strides,
      String padding,
      @Nullable String dataFormat,
      Object dilationRate) {
    return Op.call(
        "ops.conv",
        a -> {
          Layout layout = Layout.of(a.get(4));
          Tensor k = a.tensor(1);
          Tensor in = a.tensor(0);
          boolean whole = k.dtype().isInteger() && in.dtype().isInteger();
          if (!whole) {
            in = Prims.convert(in, Dtypes.asFloat(k).dtype());
          }
          return Wholes.kept(List.of(in, k), t -> {
            Tensor x = layout.toLast(rankChecked(a, t.get(0), t.get(1)));
            return layout.fromLast(
                convolve(a.name(), x, t.get(1), a.given(2), a.given(3), a.given(5)));
          });
        },
        inputs,
        kernel,
        strides,
        padding,
        dataFormat,
        dilationRate);
  }

  /**
   * {@link #conv(Object, Object, Object, String, String, Object)} with options.
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param kernel {@code (spatial..., channels, filters)}
   * @param options how windows move
   * @return {@code (batch, new spatial..., filters)}
   * @throws IllegalArgumentException if shapes do not fit, or the options hold an output padding
   */
  public static Tensor conv(Object inputs, Object kernel, ConvOptions options) {
    requireNoOutputPadding("ops.conv", options);
    return conv(
        inputs,
        kernel,
        options.strides(),
        options.padding(),
        options.dataFormat(),
        options.dilationRate());
  }

  private static void requireNoOutputPadding(String name, ConvOptions options) {
    if (options.outputPadding() != null) {
      throw new IllegalArgumentException(
          name + ": outputPadding is for conv_transpose alone, got " + options.outputPadding());
    }
  }

  private static Tensor rankChecked(Op.Args a, Tensor x, Tensor kernel) {
    if (x.rank() < 3 || x.rank() > 5 || kernel.rank() != x.rank()) {
      throw new IllegalArgumentException(a.name()
          + ": expected inputs (batch, one to three spatial axes, channels) and a kernel of the"
          + " same rank, got inputs " + x.shape() + " and kernel " + kernel.shape());
    }
    return x;
  }

  // channels last, one dtype
  private static Tensor convolve(
      String name, Tensor x, Tensor kernel, Object strides, Object padding, Object dilation) {
    long channels = x.shape().last();
    long perGroup = kernel.shape().dim(-2);
    if (channels < 0) {
      throw new IllegalArgumentException(
          name + ": the channels of inputs " + x.shape() + " must be known");
    }
    if (perGroup <= 0 || channels % perGroup != 0) {
      throw new IllegalArgumentException(
          name + ": " + channels + " input channels do not divide into groups of " + perGroup
              + ", those of kernel " + kernel.shape());
    }
    long groups = channels / perGroup;
    if (groups == 0 || kernel.shape().last() % groups != 0) {
      throw new IllegalArgumentException(name + ": " + kernel.shape().last()
          + " filters do not divide into " + groups + " groups");
    }
    int n = x.rank() - 2;
    long[] stride = Extents.atLeast(1, strides, n, "strides");
    long[] dil = Extents.atLeast(1, dilation, n, "dilation_rate");
    SpatialPadding.requireFit(name, x.shape(), 1, spans(kernel, dil), padding);
    OpenPadding p = OpenPadding.of(padding, x, spans(kernel, dil), stride, 0);
    ConvAttributes c = new ConvAttributes(
        LongList.of(stride),
        LongList.of(p.rest().low()),
        LongList.of(p.rest().high()),
        LongList.of(dil),
        (int) groups);
    return Engine.bind1(new Conv(c), p.x(), kernel);
  }

  private static long[] spans(Tensor kernel, long[] dilation) {
    long[] out = new long[dilation.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (kernel.shape().intDim(i) - 1) * dilation[i] + 1;
    }
    return out;
  }

  /** {@link #depthwiseConv(Object, Object, Object, String, String, Object)} with stride 1, no padding. */
  public static Tensor depthwiseConv(Object inputs, Object kernel) {
    return depthwiseConv(inputs, kernel, 1, "valid", null, 1);
  }

  /** {@link #depthwiseConv(Object, Object, Object, String, String, Object)} in the default layout. */
  public static Tensor depthwiseConv(Object inputs, Object kernel, Object strides, String padding) {
    return depthwiseConv(inputs, kernel, strides, padding, null, 1);
  }

  /**
   * Convolution of each channel by kernels of its own ({@code keras.ops.depthwise_conv}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param kernel {@code (spatial..., channels, multiplier)}
   * @param strides an int, or one a spatial axis
   * @param padding {@code "valid"} or {@code "same"}
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param dilationRate an int, or one a spatial axis
   * @return {@code (batch, new spatial..., channels * multiplier)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor depthwiseConv(
      Object inputs,
      Object kernel,
      Object strides,
      String padding,
      @Nullable String dataFormat,
      Object dilationRate) {
    return Op.call(
        "ops.depthwise_conv",
        a -> {
          Layout layout = Layout.of(a.get(4));
          return Wholes.kept(List.of(a.tensor(0), a.tensor(1)), t -> {
            Tensor x = layout.toLast(rankChecked(a, t.get(0), t.get(1)));
            return layout.fromLast(
                depthwise(a.name(), x, t.get(1), a.given(2), a.given(3), a.given(5)));
          });
        },
        inputs,
        kernel,
        strides,
        padding,
        dataFormat,
        dilationRate);
  }

  /**
   * {@link #depthwiseConv(Object, Object, Object, String, String, Object)} with options.
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param kernel {@code (spatial..., channels, multiplier)}
   * @param options how windows move
   * @return {@code (batch, new spatial..., channels * multiplier)}
   * @throws IllegalArgumentException if shapes do not fit, or the options hold an output padding
   */
  public static Tensor depthwiseConv(Object inputs, Object kernel, ConvOptions options) {
    requireNoOutputPadding("ops.depthwise_conv", options);
    return depthwiseConv(
        inputs,
        kernel,
        options.strides(),
        options.padding(),
        options.dataFormat(),
        options.dilationRate());
  }

  private static Tensor depthwise(
      String name, Tensor x, Tensor kernel, Object strides, Object padding, Object dilation) {
    Shape k = kernel.shape();
    if (x.shape().last() != k.dim(-2)) {
      throw new IllegalArgumentException(name + ": expected a kernel (spatial..., "
          + x.shape().last() + ", multiplier) for inputs " + x.shape() + ", got " + k);
    }
    Shape grouped = k.slice(0, k.rank() - 2).concat(Shape.of(1, k.dim(-2) * k.last()));
    return convolve(name, x, Prims.reshape(kernel, grouped), strides, padding, dilation);
  }

  /** {@link #separableConv(Object, Object, Object, Object, String, String, Object)}, stride 1, no padding. */
  public static Tensor separableConv(
      Object inputs, Object depthwiseKernel, Object pointwiseKernel) {
    return separableConv(inputs, depthwiseKernel, pointwiseKernel, 1, "valid", null, 1);
  }

  /**
   * A depthwise convolution, followed by one over channels alone ({@code keras.ops.separable_conv}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param depthwiseKernel {@code (spatial..., channels, multiplier)}
   * @param pointwiseKernel {@code (1..., channels * multiplier, filters)}
   * @param strides an int, or one a spatial axis
   * @param padding {@code "valid"} or {@code "same"}
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param dilationRate an int, or one a spatial axis
   * @return {@code (batch, new spatial..., filters)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor separableConv(
      Object inputs,
      Object depthwiseKernel,
      Object pointwiseKernel,
      Object strides,
      String padding,
      @Nullable String dataFormat,
      Object dilationRate) {
    return Op.call(
        "ops.separable_conv",
        a -> {
          Layout layout = Layout.of(a.get(5));
          return Wholes.kept(List.of(a.tensor(0), a.tensor(1), a.tensor(2)), t -> {
            Tensor x = layout.toLast(rankChecked(a, t.get(0), t.get(1)));
            Tensor deep = depthwise(a.name(), x, t.get(1), a.given(3), a.given(4), a.given(6));
            Tensor point = t.get(2);
            // what a window of one place leaves of an axis of none is none
            String each = isOfOnePlace(point) ? "same" : "valid";
            return layout.fromLast(
                convolve(a.name(), rankChecked(a, deep, point), point, 1, each, a.given(6)));
          });
        },
        inputs,
        depthwiseKernel,
        pointwiseKernel,
        strides,
        padding,
        dataFormat,
        dilationRate);
  }

  /**
   * {@link #separableConv(Object, Object, Object, Object, String, String, Object)} with options.
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param depthwiseKernel {@code (spatial..., channels, multiplier)}
   * @param pointwiseKernel {@code (1..., channels * multiplier, filters)}
   * @param options how windows move
   * @return {@code (batch, new spatial..., filters)}
   * @throws IllegalArgumentException if shapes do not fit, or the options hold an output padding
   */
  public static Tensor separableConv(
      Object inputs, Object depthwiseKernel, Object pointwiseKernel, ConvOptions options) {
    requireNoOutputPadding("ops.separable_conv", options);
    return separableConv(
        inputs,
        depthwiseKernel,
        pointwiseKernel,
        options.strides(),
        options.padding(),
        options.dataFormat(),
        options.dilationRate());
  }

  private static boolean isOfOnePlace(Tensor kernel) {
    Shape s = kernel.shape();
    return s.slice(0, s.rank() - 2).size() == 1;
  }

  /** {@link #convTranspose(Object, Object, Object, String, Object, String, Object)}, no padding. */
  public static Tensor convTranspose(Object inputs, Object kernel, Object strides) {
    // options in a variable of type Object
    return strides instanceof ConvOptions options
        ? convTranspose(inputs, kernel, options)
        : convTranspose(inputs, kernel, strides, "valid", null, null, 1);
  }

  /** {@link #convTranspose(Object, Object, Object, String, Object, String, Object)} in short. */
  public static Tensor convTranspose(Object inputs, Object kernel, Object strides, String padding) {
    return convTranspose(inputs, kernel, strides, padding, null, null, 1);
  }

  /**
   * Transposed convolution, the gradient of one ({@code keras.ops.conv_transpose}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param kernel {@code (spatial..., filters, channels)}
   * @param strides an int, or one a spatial axis
   * @param padding {@code "valid"}: sizes become {@code (n - 1) stride + max(window, stride)};
   *     {@code "same"}: {@code n stride}
   * @param outputPadding places added after each spatial axis, an int or one an axis; sizes then are
   *     {@code (n - 1) stride + window + outputPadding} (valid) or
   *     {@code (n - 1) stride + window % 2 + outputPadding} (same). Null for the sizes above.
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param dilationRate an int, or one a spatial axis
   * @return {@code (batch, new spatial..., filters)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor convTranspose(
      Object inputs,
      Object kernel,
      Object strides,
      String padding,
      @Nullable Object outputPadding,
      @Nullable String dataFormat,
      Object dilationRate) {
    return Op.call(
        "ops.conv_transpose",
        a -> {
          Layout layout = Layout.of(a.get(5));
          return Wholes.kept(List.of(a.tensor(0), a.tensor(1)), t -> {
            Tensor x = layout.toLast(rankChecked(a, t.get(0), t.get(1)));
            return layout.fromLast(
                transposed(a.name(), x, t.get(1), a.given(2), a.given(3), a.get(4), a.given(6)));
          });
        },
        inputs,
        kernel,
        strides,
        padding,
        outputPadding,
        dataFormat,
        dilationRate);
  }

  /**
   * {@link #convTranspose(Object, Object, Object, String, Object, String, Object)} with options.
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param kernel {@code (spatial..., filters, channels)}
   * @param options how windows move
   * @return {@code (batch, new spatial..., filters)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor convTranspose(Object inputs, Object kernel, ConvOptions options) {
    return convTranspose(
        inputs,
        kernel,
        options.strides(),
        options.padding(),
        options.outputPadding(),
        options.dataFormat(),
        options.dilationRate());
  }

  private static Tensor transposed(
      String name,
      Tensor x,
      Tensor kernel,
      Object strides,
      Object padding,
      @Nullable Object outputPadding,
      Object dilation) {
    int n = x.rank() - 2;
    if (x.shape().last() != kernel.shape().last()) {
      throw new IllegalArgumentException(name + ": expected a kernel (spatial..., filters, "
          + x.shape().last() + ") for inputs " + x.shape() + ", got " + kernel.shape());
    }
    long[] stride = Extents.atLeast(1, strides, n, "strides");
    long[] dil = Extents.atLeast(1, dilation, n, "dilation_rate");
    long[] span = spans(kernel, dil);
    long @Nullable [] extra =
        outputPadding == null ? null : Extents.of(outputPadding, n, "output_padding");
    boolean same = isSame(padding);
    long[] low = new long[n];
    long[] high = new long[n];
    // what of the gradient's result is cut (positive) or added as zeros (negative) on either side
    long[] cutLow = new long[x.rank()];
    long[] cutHigh = new long[x.rank()];
    long[] d = new long[x.rank()];
    d[0] = x.shape().dim(0);
    d[n + 1] = kernel.shape().dim(-2);
    for (int i = 0; i < n; i++) {
      long left;
      long right;
      if (same) {
        // of a full result (n - 1) stride + span, this much is padded back
        long total = extra == null ? stride[i] + span[i] - 2 : span[i] + span[i] % 2 - 2 + extra[i];
        left = Math.min(Math.floorDiv(total, 2) + Math.floorMod(total, 2), span[i] - 1);
        right = total - left;
      } else {
        left = span[i] - 1;
        right = span[i] - 1 + (extra == null ? Math.max(span[i], stride[i]) - span[i] : extra[i]);
      }
      low[i] = span[i] - 1 - left;
      // a convolution cannot pad by less than 0: such places lie outside every window and are 0
      high[i] = Math.max(0, span[i] - 1 - right);
      cutLow[i + 1] = Math.min(0, low[i]);
      low[i] = Math.max(0, low[i]);
      cutHigh[i + 1] = Math.min(0, span[i] - 1 - right);
      long size = x.shape().dim(i + 1);
      d[i + 1] = size < 0 ? Shape.UNKNOWN : (size - 1) * stride[i] + span[i] - low[i] - high[i];
      long remains = d[i + 1] - cutLow[i + 1] - cutHigh[i + 1];
      if ((size > 0 && remains <= 0) || (size == 0 && remains < 0)) {
        throw new IllegalArgumentException(
            name + ": nothing is left of inputs " + x.shape() + " with kernel " + kernel.shape()
                + ", strides " + LongList.of(stride) + " and padding '" + padding + "'");
      }
    }
    ConvAttributes c = new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dil), 1);
    Tensor y = Shape.of(d).slice(1).isKnown()
        ? Engine.bind1(new ConvInputGrad(c, Shape.of(d)), x, kernel)
        : spread(c, x, kernel, span);
    for (int i = 0; i < d.length; i++) {
      cutLow[i] = -cutLow[i];
      cutHigh[i] = -cutHigh[i];
    }
    boolean exact = LongList.of(cutLow).equals(LongList.repeat(0, d.length))
        && LongList.of(cutHigh).equals(LongList.repeat(0, d.length));
    return exact ? y : Prims.pad(y, 0, cutLow, cutHigh);
  }

  /**
   * A transposed convolution as a convolution of its input with zeros between the elements, by the kernel turned over: its sizes follow from the input's where those
   * are open, which the gradient of a convolution leaves open.
   */
  private static Tensor spread(ConvAttributes c, Tensor x, Tensor kernel, long... span) {
    int n = c.spatialRank();
    long[] low = new long[n + 2];
    long[] high = new long[n + 2];
    long[] interior = new long[n + 2];
    int[] spatial = new int[n];
    for (int i = 0; i < n; i++) {
      low[i + 1] = span[i] - 1 - c.low().get(i);
      high[i + 1] = span[i] - 1 - c.high().get(i);
      interior[i + 1] = c.stride().get(i) - 1;
      spatial[i] = i;
    }
    LongList none = LongList.repeat(0, n);
    ConvAttributes plain =
        new ConvAttributes(LongList.repeat(1, n), none, none, c.dilation(), c.groups());
    Tensor turned = Prims.swap(Prims.reverse(kernel, spatial), -1, -2);
    return Engine.bind1(new Conv(plain), Prims.pad(x, 0, low, high, interior), turned);
  }

  private static boolean isSame(Object padding) {
    String word = String.valueOf(padding).toLowerCase(java.util.Locale.ROOT);
    if (!word.equals("same") && !word.equals("valid")) {
      throw new IllegalArgumentException(
          "Argument 'padding' must be 'valid' or 'same', got '" + padding + "'");
    }
    return word.equals("same");
  }
}
