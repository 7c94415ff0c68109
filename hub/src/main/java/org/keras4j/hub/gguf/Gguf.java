package org.keras4j.hub.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.weights.WeightSource;

/**
 * A GGUF file, as llama.cpp has them: settings, and arrays of floats or of blocks of small integers, from which floats are made
 * when an array is read. Its types are F32, F16, BF16, Q8_0, Q4_0, Q4_K and Q6_K.
 *
 * <pre>{@code
 * try (Gguf file = Gguf.open(Path.of("model.gguf"))) {
 *   String architecture = (String) file.settings().get("general.architecture");
 *   NDArray embeddings = file.read("token_embd.weight");
 * }
 * }</pre>
 */
public final class Gguf implements WeightSource {
  private static final int CHUNK = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final ReadLimits limits;
  private final GgufHeader header;

  private Gguf(Path path, FileChannel channel, ReadLimits limits) throws IOException {
    this.path = path;
    this.channel = channel;
    this.limits = limits;
    this.header = new GgufHeader(path, channel, limits);
  }

  /**
   * Opens a file within {@link ReadLimits#defaults()}.
   *
   * @param path a {@code .gguf} file
   * @return the file
   * @throws IOException as {@link #open(Path, ReadLimits)} does
   */
  public static Gguf open(Path path) throws IOException {
    return open(path, ReadLimits.defaults());
  }

  /**
   * Opens a file.
   *
   * @param path a {@code .gguf} file of version 2 or 3
   * @param limits how long settings may be ({@link ReadLimits#maxConfigBytes()}, {@link ReadLimits#maxConfigTokens()}), how many
   *     arrays there may be ({@link ReadLimits#maxEntries()}), and what one may take in memory when it is read ({@link
   *     ReadLimits#maxArrayBytes()})
   * @return the file
   * @throws FileFormatException if it is no such file, is damaged or hostile, or has arrays of other types
   * @throws IOException if it is not there or cannot be read
   */
  public static Gguf open(Path path, ReadLimits limits) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new Gguf(path, channel, limits);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The settings by name: {@link Long} for integers, {@link Double}, {@link Boolean}, {@link String}, and lists of these. Those
   * of a network begin with its architecture, {@code llama.block_count}.
   */
  public Map<String, Object> settings() {
    return Collections.unmodifiableMap(header.settings);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries.keySet());
  }

  private GgufHeader.Entry entry(String name) {
    GgufHeader.Entry e = header.entries.get(name);
    if (e == null) {
      throw new IllegalArgumentException(path + " has no array '" + name + "'; it has "
          + header.entries.keySet().stream().limit(10).toList());
    }
    return e;
  }

  @Override
  public Shape shape(String name) {
    return entry(name).shape();
  }

  /** The dtype that an array is read as: float32 where the file has blocks of integers. */
  @Override
  public DType dtype(String name) {
    return entry(name).type().dtype;
  }

  @Override
  public NDArray read(String name) {
    GgufHeader.Entry e = entry(name);
    try {
      long bytes = e.shape().size() * e.type().dtype.size();
      limits.checkArray(path + ": the array '" + name + "'", bytes);
      if (!channel.isOpen()) {
        throw new IllegalStateException(path + " is closed");
      }
      NDArray out = NDArray.zeros(e.type().dtype, e.shape());
      ByteBuffer into = out.bytes().order(ByteOrder.LITTLE_ENDIAN);
      if (e.type().isPlain()) {
        fill(into, e.start());
        return out;
      }
      int most = CHUNK / e.type().bytes * e.type().bytes;
      ByteBuffer packed =
          ByteBuffer.allocate((int) Math.min(most, e.bytes())).order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 0; at < e.bytes(); at += packed.limit()) {
        packed.clear().limit((int) Math.min(packed.capacity(), e.bytes() - at));
        fill(packed, e.start() + at);
        packed.flip();
        e.type().unpack(packed, into);
      }
      return out;
    } catch (IOException x) {
      throw new UncheckedIOException(x);
    }
  }

  /** How an array's elements lie. */
  GgufType type(String name) {
    return entry(name).type();
  }

  /** The bytes of whole rows of a matrix, as they lie. */
  ByteBuffer rows(String name, long from, int count) {
    GgufHeader.Entry e = entry(name);
    long bytes = e.bytes() / e.shape().dim(0);
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(bytes * count)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (!channel.isOpen()) {
        throw new IllegalStateException(path + " is closed");
      }
      fill(out, e.start() + from * bytes);
    } catch (IOException x) {
      throw new UncheckedIOException(x);
    }
    return out.flip();
  }

  private void fill(ByteBuffer buffer, long from) throws IOException {
    long at = from;
    while (buffer.hasRemaining()) {
      int got = channel.read(buffer, at);
      if (got < 0) {
        throw new FileFormatException(path + ": ends within an array");
      }
      at += got;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
