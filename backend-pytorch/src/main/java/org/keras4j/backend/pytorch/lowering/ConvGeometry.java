package org.keras4j.backend.pytorch.lowering;

import org.keras4j.backend.pytorch.script.Images;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.LongList;

/**
 * A convolution as libtorch is told of it: symmetric padding, or none after padding by hand; at least two spatial
 * axes; channels before them.
 */
final class ConvGeometry {
  final ConvAttributes c;
  final int spatial;
  /** Whether padding is done by hand. */
  final boolean explicit;

  /** Whether windows have one element, nothing is padded, and all channels go together: a matrix product. */
  final boolean pointwise;

  /** Stride, padding and so on, as the functions take them. */
  final String arguments;

  // oneDNN as libtorch 2.10 carries it computes wrong numbers with AVX-512 where channels that each
  // have a kernel of their
  // own give several filters and memory is channels-last: for these, memory is made channels-first
  private final boolean channelsFirst;

  /**
   * Whether image and kernel get a second channel, of zeros: the gradient of a single one, which libtorch takes with
   * oneDNN where it differentiates itself, is wrong with AVX-512.
   */
  final boolean widened;

  /** Whether each filter sees one channel. */
  final boolean hasSingleChannels;

  private ConvGeometry(
      ConvAttributes c, TensorSpec kernel, boolean channelsFirst, boolean widened) {
    this.c = c;
    this.widened = widened;
    this.hasSingleChannels = kernel.dim(-2) == 1;
    this.spatial = c.spatialRank();
    boolean one = c.groups() == 1;
    for (int i = 0; i < spatial; i++) {
      one &= kernel.dim(i) == 1 && c.low().get(i) == 0 && c.high().get(i) == 0;
    }
    this.pointwise = one;
    this.channelsFirst = channelsFirst;
    this.explicit = !c.low().equals(c.high());
    String none = Script.list(new long[Math.max(2, spatial)]);
    String padding = explicit ? none : list(c.low(), 0);
    this.arguments = list(c.stride(), 1) + ", " + padding + ", " + list(c.dilation(), 1)
        + ", False, " + none + ", " + c.groups();
  }

  static ConvGeometry of(Script s, ConvAttributes c, TensorSpec kernel) {
    boolean own = kernel.dim(-2) == 1 && c.groups() > 1;
    return new ConvGeometry(
        c,
        kernel,
        own && (s.isDifferentiated() || kernel.dim(-1) > c.groups()),
        isWidened(s, c, kernel));
  }

  private static boolean isWidened(Script s, ConvAttributes c, TensorSpec kernel) {
    return s.isDifferentiated() && kernel.dim(-2) == 1 && c.groups() == 1;
  }

  /** Of gradients, which are wrong with any number of filters, and with a single channel too. */
  static ConvGeometry ofGradient(Script s, ConvAttributes c, TensorSpec kernel) {
    boolean widened = isWidened(s, c, kernel);
    return new ConvGeometry(c, kernel, kernel.dim(-2) == 1 && !widened, widened);
  }

  /** An image with its second channel of zeros, if it gets one. */
  String widened(Script s, String image) {
    return widened ? s.let("torch.constant_pad_nd(" + image + ", [0, 1], 0)") : image;
  }

  /** Likewise a kernel in libtorch's order. */
  String widenedKernel(Script s, String kernel) {
    if (!widened) {
      return kernel;
    }
    long[] pads = new long[2 * Math.max(2, spatial) + 2];
    pads[pads.length - 1] = 1;
    return s.let("torch.constant_pad_nd(" + kernel + ", " + Script.list(pads) + ", 0)");
  }

  /** Whether it is computed as a matrix product. */
  boolean isProduct(Script s) {
    return pointwise && (s.isCpu() || s.isDifferentiated());
  }

  private static String list(LongList l, long neutral) {
    return l.size() > 1 ? Script.list(l.toArray()) : Script.list(neutral, l.get(0));
  }

  /** An image with the padding that is done by hand. */
  String padded(Script s, String n) {
    if (!explicit) {
      return n;
    }
    long[] pads = new long[2 * (spatial + 1)];
    for (int i = 0; i < spatial; i++) {
      pads[2 * (spatial - i)] = c.low().get(i);
      pads[2 * (spatial - i) + 1] = c.high().get(i);
    }
    return s.let("torch.constant_pad_nd(" + n + ", " + Script.list(pads) + ", 0)");
  }

  /** What of an image's gradient is not padding that was added by hand. */
  String unpadded(String n) {
    String y = n;
    for (int i = 0; i < spatial && explicit; i++) {
      long low = c.low().get(i);
      long high = c.high().get(i);
      if (low != 0 || high != 0) {
        y = "torch.slice(" + y + ", " + (i + 1) + ", " + low + ", "
            + (high == 0 ? PointwiseConv.END : "-" + high) + ", 1)";
      }
    }
    return y;
  }

  String image(String n) {
    return ordered(Images.channelsFirst(n, spatial));
  }

  String unimage(String n) {
    return Images.channelsLast(n, spatial);
  }

  // what has one channel counts as contiguous in either order: a copy has that of its sizes
  String ordered(String n) {
    return channelsFirst ? "torch.clone(" + n + ", memory_format=0)" : n;
  }

  /** A kernel {@code (spatial..., channels, filters)} with filters and channels first. */
  String kernel(Script s, String n) {
    return switch (spatial) {
      case 1 -> "torch.permute(torch.unsqueeze(" + n + ", 0), [3, 2, 0, 1])";
      case 2 -> s.filters(n);
      default -> "torch.permute(" + n + ", [4, 3, 0, 1, 2])";
    };
  }

  /** The way back. */
  String unkernel(String n) {
    return switch (spatial) {
      case 1 -> "torch.squeeze(torch.permute(" + n + ", [2, 3, 1, 0]), 0)";
      case 2 -> "torch.permute(" + n + ", [2, 3, 1, 0])";
      default -> "torch.permute(" + n + ", [2, 3, 4, 1, 0])";
    };
  }
}
