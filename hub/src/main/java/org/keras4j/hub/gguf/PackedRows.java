package org.keras4j.hub.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * A matrix of a file in planes of four bits, as {@code PackedDense} has them, and the scales and offsets of its groups. Integers
 * of eight bits are {@code 16 h + l - 128}: a plane of {@code h} and one of {@code l}.
 */
final class PackedRows {
  private static final int GROUP = 32;
  private static final int BLOCK = 64;
  private static final int LANES = 32;

  private final Gguf file;
  private final String name;
  private final GgufType type;
  private final int units;
  private final int inputs;
  private final int[] order; // empty for the file's

  PackedRows(Gguf file, String name, int[] order) {
    this.file = file;
    this.name = name;
    this.type = file.type(name);
    this.units = file.shape(name).intDim(0);
    this.inputs = file.shape(name).intDim(1);
    this.order = order;
  }

  /** Whether an array is such a matrix. */
  static boolean serves(Gguf file, String name) {
    Shape s = file.shape(name);
    return file.type(name).planes() > 0
        && s.rank() == 2
        && s.dim(0) % BLOCK == 0
        && s.dim(1) % GROUP == 0;
  }

  static Shape packedShape(Shape s, int planes) {
    return Shape.of(s.dim(0) / BLOCK, planes * s.dim(1), LANES);
  }

  static Shape scalesShape(Shape s, int planes) {
    return Shape.of(planes * s.dim(1) / GROUP, s.dim(0), 2);
  }

  private int wide() {
    return type.planes() * inputs;
  }

  private int row(int unit) {
    return order.length == 0 ? unit : order[unit];
  }

  NDArray packed() {
    NDArray out = NDArray.zeros(DType.UINT8, packedShape(file.shape(name), type.planes()));
    ByteBuffer into = out.bytes();
    IntStream.range(0, units / BLOCK).parallel().forEach(b -> {
      byte[] block = new byte[wide() * LANES];
      byte[] row = new byte[inputs];
      for (int lane = 0; lane < BLOCK; lane++) {
        ByteBuffer in = file.rows(name, row(b * BLOCK + lane), 1);
        integers(in, row);
        int shift = lane < LANES ? 0 : 4;
        int at = lane % LANES;
        if (type == GgufType.Q8_0) {
          int second = inputs * LANES;
          for (int i = 0; i < inputs; i++) {
            int q = row[i] + 128;
            block[i * LANES + at] |= (byte) ((q >> 4) << shift);
            block[second + i * LANES + at] |= (byte) ((q & 15) << shift);
          }
        } else {
          for (int i = 0; i < inputs; i++) {
            block[i * LANES + at] |= (byte) (row[i] << shift);
          }
        }
      }
      into.duplicate().position(b * block.length).put(block);
    });
    return out;
  }

  private void integers(ByteBuffer in, byte[] out) {
    int blocks = inputs / type.elements;
    for (int k = 0; k < blocks; k++) {
      int at = k * type.bytes;
      int to = k * type.elements;
      switch (type) {
        case Q8_0 -> in.get(at + 2, out, to, GROUP);
        case Q4_0 -> {
          for (int i = 0; i < 16; i++) {
            int q = in.get(at + 2 + i);
            out[to + i] = (byte) (q & 15);
            out[to + i + 16] = (byte) (q >> 4 & 15);
          }
        }
        case Q4_K -> {
          for (int i = 0; i < 256; i++) {
            int q = in.get(at + 16 + i / 64 * 32 + i % 32);
            out[to + i] = (byte) (q >> (i / 32 % 2 * 4) & 15);
          }
        }
        default -> throw new IllegalStateException(type + " is not packed");
      }
    }
  }

  /** Scales and offsets, float32: an integer q stands for {@code (q - 8) scale + offset}. */
  NDArray scales() {
    NDArray out = NDArray.zeros(DType.FLOAT32, scalesShape(file.shape(name), type.planes()));
    ByteBuffer into = out.bytes().order(ByteOrder.nativeOrder());
    int groups = inputs / GROUP;
    int most = Math.max(1, (1 << 20) / inputs);
    for (int from = 0; from < units; from += most) {
      int count = order.length == 0 ? Math.min(most, units - from) : 1;
      ByteBuffer in = file.rows(name, row(from), count);
      for (int r = 0; r < count; r++) {
        int start = r * (inputs / type.elements * type.bytes);
        for (int g = 0; g < groups; g++) {
          set(in, start, g, into, from + r, groups);
        }
      }
      from -= order.length == 0 ? 0 : most - 1;
    }
    return out;
  }

  private void set(ByteBuffer in, int start, int g, ByteBuffer into, int unit, int groups) {
    if (type == GgufType.Q4_K) {
      int at = start + g / 8 * type.bytes;
      float by = GgufType.half(in.getShort(at)) * GgufType.scaleOf(in, at + 4, g % 8);
      float least = GgufType.half(in.getShort(at + 2)) * GgufType.leastOf(in, at + 4, g % 8);
      put(into, g, unit, by, 8 * by - least);
      return;
    }
    float by = GgufType.half(in.getShort(start + g * type.bytes));
    if (type == GgufType.Q8_0) {
      put(into, g, unit, 16 * by, 0);
      put(into, groups + g, unit, by, 8 * by);
    } else {
      put(into, g, unit, by, 0);
    }
  }

  private void put(ByteBuffer into, int group, int unit, float scale, float offset) {
    int at = Math.multiplyExact(8, Math.addExact(Math.multiplyExact(group, units), unit));
    into.putFloat(at, scale);
    into.putFloat(at + 4, offset);
  }
}
