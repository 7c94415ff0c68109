package org.keras4j.core.primitive;

import java.math.BigInteger;
import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * What a convolution over one to three spatial axes is told; each list has one entry a spatial axis.
 *
 * @param stride steps of the window
 * @param low zeros added before; at least 0
 * @param high zeros added after; at least 0
 * @param dilation distance of the kernel's elements
 * @param groups into how many independent groups input and output channels are split
 */
public record ConvAttributes(
    LongList stride, LongList low, LongList high, LongList dilation, int groups) {
  /** The number of spatial axes. */
  public int spatialRank() {
    return stride.size();
  }

  Shape outputShape(List<TensorSpec> in, Shape x, Shape k) {
    int n = spatialRank();
    Rule.require(x.rank() == n + 2 && k.rank() == n + 2, in, "input and kernel of rank " + (n + 2));
    long channels = x.last();
    BigInteger taken = BigInteger.valueOf(k.dim(n)).multiply(BigInteger.valueOf(groups));
    Rule.require(
        channels < 0 || BigInteger.valueOf(channels).equals(taken),
        in,
        channels + " input channels: kernel " + k + " with " + groups + " groups takes " + taken);
    Rule.require(k.last() % groups == 0, in, "output channels that divide into the groups");
    long[] d = new long[n + 2];
    d[0] = x.dim(0);
    for (int i = 0; i < n; i++) {
      int axis = i;
      d[i + 1] = Rule.size(
          in,
          () -> Window.extent(
              x.dim(axis + 1),
              k.dim(axis),
              stride.get(axis),
              dilation.get(axis),
              low.get(axis),
              high.get(axis)));
    }
    d[n + 1] = k.last();
    return Shape.of(d);
  }
}
