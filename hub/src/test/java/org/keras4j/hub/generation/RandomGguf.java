package org.keras4j.hub.generation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file of llama.cpp with a small decoder of random weights, its matrices in blocks of some type. */
final class RandomGguf {
  /** How blocks lie in files: the type's number, elements and bytes of a block, and where its halves stand. */
  enum Blocks {
    Q4_0(2, 32, 18, 0.02f, 0),
    Q8_0(8, 32, 34, 0.001f, 0),
    Q4_K(12, 256, 144, 0.0005f, 0, 2),
    Q6_K(14, 256, 210, 0.00005f, 208);

    final int number;
    final int elements;
    final int bytes;
    final float scale;
    final int[] halves;

    Blocks(int number, int elements, int bytes, float scale, int... halves) {
      this.number = number;
      this.elements = elements;
      this.bytes = bytes;
      this.scale = scale;
      this.halves = halves;
    }
  }

  private static final int WORDS = 128;
  private static final int HIDDEN = 256;
  private static final int HEADS = 4;
  private static final int SHARED = 2;
  private static final int LAYERS = 2;

  private final ByteArrayOutputStream settings = new ByteArrayOutputStream();
  private final ByteArrayOutputStream arrays = new ByteArrayOutputStream();
  private final List<byte[]> data = new ArrayList<>();
  private final Random random = new Random(7);
  private int count;
  private long at;

  private RandomGguf() {}

  static void write(Path file, boolean tied, Blocks... types) throws IOException {
    new RandomGguf().all(file, tied, types);
  }

  private void all(Path file, boolean tied, Blocks... types) throws IOException {
    text("general.architecture", "llama");
    integer("llama.block_count", LAYERS);
    integer("llama.embedding_length", HIDDEN);
    integer("llama.feed_forward_length", 2 * HIDDEN);
    integer("llama.attention.head_count", HEADS);
    integer("llama.attention.head_count_kv", SHARED);
    text("tokenizer.ggml.model", "gpt2");
    text("tokenizer.ggml.pre", "gpt-2");
    list("tokenizer.ggml.tokens", 8, WORDS);
    for (int i = 0; i < WORDS; i++) {
      string(settings, i < 94 ? String.valueOf((char) (33 + i)) : "t" + i);
    }
    list("tokenizer.ggml.token_type", 5, WORDS);
    for (int i = 0; i < WORDS; i++) {
      settings.writeBytes(bytes(4).putInt(1).array());
    }
    list("tokenizer.ggml.merges", 8, 0);
    int turn = 0;
    matrix("token_embd.weight", types[turn++ % types.length], WORDS, HIDDEN);
    int shared = HIDDEN / HEADS * SHARED;
    for (int i = 0; i < LAYERS; i++) {
      String b = "blk." + i + ".";
      ones(b + "attn_norm.weight");
      ones(b + "ffn_norm.weight");
      matrix(b + "attn_q.weight", types[turn++ % types.length], HIDDEN, HIDDEN);
      matrix(b + "attn_k.weight", types[turn++ % types.length], shared, HIDDEN);
      matrix(b + "attn_v.weight", types[turn++ % types.length], shared, HIDDEN);
      matrix(b + "attn_output.weight", types[turn++ % types.length], HIDDEN, HIDDEN);
      matrix(b + "ffn_gate.weight", types[turn++ % types.length], 2 * HIDDEN, HIDDEN);
      matrix(b + "ffn_up.weight", types[turn++ % types.length], 2 * HIDDEN, HIDDEN);
      matrix(b + "ffn_down.weight", types[turn++ % types.length], HIDDEN, 2 * HIDDEN);
    }
    ones("output_norm.weight");
    if (!tied) {
      matrix("output.weight", types[turn % types.length], WORDS, HIDDEN);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes(24)
        .putInt(0x46554747)
        .putInt(3)
        .putLong(data.size())
        .putLong(count)
        .array());
    out.writeBytes(settings.toByteArray());
    out.writeBytes(arrays.toByteArray());
    out.writeBytes(new byte[Math.floorMod(-out.size(), 32)]);
    data.forEach(out::writeBytes);
    Files.write(file, out.toByteArray());
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void string(ByteArrayOutputStream out, String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(bytes(8).putLong(b.length).array());
    out.writeBytes(b);
  }

  private void setting(String name, int type) {
    string(settings, name);
    settings.writeBytes(bytes(4).putInt(type).array());
    count++;
  }

  private void text(String name, String value) {
    setting(name, 8);
    string(settings, value);
  }

  private void integer(String name, int value) {
    setting(name, 4);
    settings.writeBytes(bytes(4).putInt(value).array());
  }

  private void list(String name, int type, int length) {
    setting(name, 9);
    settings.writeBytes(bytes(12).putInt(type).putLong(length).array());
  }

  private void array(String name, int type, byte[] values, int... sizes) {
    string(arrays, name);
    arrays.writeBytes(bytes(4).putInt(sizes.length).array());
    for (int i = sizes.length - 1; i >= 0; i--) {
      arrays.writeBytes(bytes(8).putLong(sizes[i]).array());
    }
    arrays.writeBytes(bytes(12).putInt(type).putLong(at).array());
    byte[] padded = Arrays.copyOf(values, (values.length + 31) / 32 * 32);
    data.add(padded);
    at += padded.length;
  }

  private void ones(String name) {
    ByteBuffer b = bytes(4 * HIDDEN);
    for (int i = 0; i < HIDDEN; i++) {
      b.putFloat(1);
    }
    array(name, 0, b.array(), HIDDEN);
  }

  private void matrix(String name, Blocks type, int rows, int columns) {
    byte[] raw = new byte[rows * columns / type.elements * type.bytes];
    random.nextBytes(raw);
    ByteBuffer b = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < raw.length; block += type.bytes) {
      for (int half : type.halves) {
        b.putShort(block + half, half(type.scale * (0.5f + random.nextFloat())));
      }
    }
    array(name, type.number, raw, rows, columns);
  }

  // of a positive number; what is below the least normal one loses bits
  private static short half(float value) {
    int exponent = Math.max(Math.getExponent(value), -15);
    return exponent > -15
        ? (short) ((exponent + 15) << 10 | (int) ((value / Math.scalb(1f, exponent) - 1) * 1024))
        : (short) Math.round(Math.scalb(value, 24));
  }
}
