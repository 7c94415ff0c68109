package org.keras4j.hub.gguf;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;

/**
 * How the elements of an array lie in a GGUF file: as they are, or in blocks of small integers with scales, from which floats
 * are made when the array is read.
 */
enum GgufType {
  F32(0, DType.FLOAT32, 1, 4),
  F16(1, DType.FLOAT16, 1, 2),
  Q4_0(2, DType.FLOAT32, 32, 18),
  Q8_0(8, DType.FLOAT32, 32, 34),
  Q4_K(12, DType.FLOAT32, 256, 144),
  Q6_K(14, DType.FLOAT32, 256, 210),
  BF16(30, DType.BFLOAT16, 1, 2);

  private final int number;

  /** What an array is read as. */
  final DType dtype;

  /** How many elements a block has. */
  final int elements;

  /** How many bytes it takes. */
  final int bytes;

  GgufType(int number, DType dtype, int elements, int bytes) {
    this.number = number;
    this.dtype = dtype;
    this.elements = elements;
    this.bytes = bytes;
  }

  /** The type of a number in a file, or null. */
  static @Nullable GgufType of(int number) {
    for (GgufType t : values()) {
      if (t.number == number) {
        return t;
      }
    }
    return null;
  }

  /** Whether elements lie in the file as they are. */
  boolean isPlain() {
    return elements == 1;
  }

  /** The floats of whole blocks, from the position of one buffer to that of the other. */
  void unpack(ByteBuffer in, ByteBuffer out) {
    float[] block = new float[elements];
    while (in.remaining() >= bytes) {
      int at = in.position();
      switch (this) {
        case Q4_0 -> q40(in, at, block);
        case Q8_0 -> q80(in, at, block);
        case Q4_K -> q4k(in, at, block);
        case Q6_K -> q6k(in, at, block);
        default -> throw new IllegalStateException(this + " has no blocks");
      }
      in.position(at + bytes);
      for (float f : block) {
        out.putFloat(f);
      }
    }
  }

  /** In how many planes of four bits integers can be kept ({@link PackedRows}); 0 if they cannot. */
  int planes() {
    return switch (this) {
      case Q4_0, Q4_K -> 1;
      case Q8_0 -> 2;
      default -> 0;
    };
  }

  private static void q40(ByteBuffer in, int at, float[] out) {
    float scale = half(in.getShort(at));
    for (int i = 0; i < 16; i++) {
      int q = in.get(at + 2 + i);
      out[i] = scale * ((q & 15) - 8);
      out[i + 16] = scale * ((q >> 4 & 15) - 8);
    }
  }

  private static void q80(ByteBuffer in, int at, float[] out) {
    float scale = half(in.getShort(at));
    for (int i = 0; i < 32; i++) {
      out[i] = scale * in.get(at + 2 + i);
    }
  }

  // scales and offsets of six bits for each 32 elements, packed in twelve bytes
  private static void q4k(ByteBuffer in, int at, float[] out) {
    float scale = half(in.getShort(at));
    float least = half(in.getShort(at + 2));
    int scales = at + 4;
    for (int group = 0; group < 8; group++) {
      int s = scaleOf(in, scales, group);
      int m = leastOf(in, scales, group);
      float by = scale * s;
      float offset = least * m;
      int bits = at + 16 + group / 2 * 32;
      for (int i = 0; i < 32; i++) {
        int q = in.get(bits + i) >> (group % 2 * 4) & 15;
        out[group * 32 + i] = by * q - offset;
      }
    }
  }

  static int scaleOf(ByteBuffer in, int scales, int group) {
    return group < 4
        ? in.get(scales + group) & 63
        : in.get(scales + group + 4) & 15 | (in.get(scales + group - 4) >> 6 & 3) << 4;
  }

  static int leastOf(ByteBuffer in, int scales, int group) {
    return group < 4
        ? in.get(scales + group + 4) & 63
        : in.get(scales + group + 4) >> 4 & 15 | (in.get(scales + group) >> 6 & 3) << 4;
  }

  // four low bits, then two high ones, then a scale for each 16 elements
  private static void q6k(ByteBuffer in, int at, float[] out) {
    float scale = half(in.getShort(at + 208));
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int l = i % 32;
      int low = in.get(at + half * 64 + (quarter % 2) * 32 + l) >> (quarter / 2 * 4) & 15;
      int high = in.get(at + 128 + half * 32 + l) >> (2 * quarter) & 3;
      float by = scale * in.get(at + 192 + half * 8 + quarter * 2 + l / 16);
      out[i] = by * ((low | high << 4) - 32);
    }
  }

  static float half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    float sign = bits < 0 ? -1 : 1;
    if (exponent == 31) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return sign
        * (exponent == 0
            ? Math.scalb((float) fraction, -24)
            : Math.scalb(1024f + fraction, exponent - 25));
  }
}
