package org.keras4j.core.internal.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/**
 * A file, or a part of one, read at any place. Reading goes on in interrupted threads, whose channels Java would
 * close.
 */
public final class FileBytes implements Closeable {
  private static final int PIECE = 1 << 16;

  /** What reads at a place: up to so many bytes, -1 at the end. */
  private interface Source extends Closeable {
    int read(long at, byte[] to, int from, int count) throws IOException;

    long size() throws IOException;
  }

  private final Source source;
  private final long start;
  private final long size;

  private FileBytes(Source source, long start, long size) {
    this.source = source;
    this.start = start;
    this.size = size;
  }

  /** Opens a file. */
  public static FileBytes open(Path file) throws IOException {
    Source s = file.getFileSystem() == FileSystems.getDefault()
        ? new LocalFile(new RandomAccessFile(file.toFile(), "r"))
        : new Channel(Files.newByteChannel(file));
    return new FileBytes(s, 0, s.size());
  }

  /** Bytes in memory. */
  public static FileBytes of(byte[] bytes) {
    return new FileBytes(new Memory(bytes), 0, bytes.length);
  }

  /** The bytes of a stream, in a temporary file that goes when it is closed or the process ends. */
  public static FileBytes temporary(InputStream in) throws IOException {
    File file = Files.createTempFile("keras4j", ".unpacked").toFile();
    RandomAccessFile f = new RandomAccessFile(file, "rw");
    // where an open file can be removed, not even a killed process leaves it behind
    Path later = file.delete() ? null : file.toPath();
    Source source = new TemporaryFile(new LocalFile(f), later);
    try {
      byte[] piece = new byte[PIECE];
      for (int n; (n = in.read(piece)) >= 0; ) {
        f.write(piece, 0, n);
      }
      return new FileBytes(source, 0, source.size());
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** A part; closing it closes the file. */
  public FileBytes part(long from, long length) throws IOException {
    if (from < 0 || length < 0 || from > size - length) {
      throw new FileFormatException(
          "the file of " + size + " bytes has no " + length + " bytes from place " + from + " on");
    }
    return new FileBytes(source, start + from, length);
  }

  /** The number of bytes. */
  public long size() {
    return size;
  }

  /**
   * Fills an array's part.
   *
   * @throws FileFormatException if so many bytes are not there
   */
  public void read(long at, byte[] to, int from, int count) throws IOException {
    if (at < 0 || at > size - count) {
      throw new FileFormatException(
          "is cut short: " + count + " bytes expected at place " + at + " of " + size);
    }
    for (int done = 0; done < count; ) {
      int n = source.read(start + at + done, to, from + done, count - done);
      if (n < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
      done += n;
    }
  }

  /** The bytes from a place on. */
  public byte[] read(long at, int count) throws IOException {
    if (at < 0 || at > size - count) {
      throw new FileFormatException(
          "is cut short: " + count + " bytes expected at place " + at + " of " + size);
    }
    byte[] out = new byte[count];
    read(at, out, 0, count);
    return out;
  }

  /** Fills a buffer from position to limit. */
  public void read(long at, ByteBuffer to) throws IOException {
    if (to.hasArray()) {
      read(at, to.array(), to.arrayOffset() + to.position(), to.remaining());
      to.position(to.limit());
      return;
    }
    byte[] piece = new byte[Math.min(PIECE, to.remaining())];
    for (long p = at; to.hasRemaining(); ) {
      int n = Math.min(piece.length, to.remaining());
      read(p, piece, 0, n);
      to.put(piece, 0, n);
      p += n;
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private record LocalFile(RandomAccessFile file) implements Source {
    @Override
    public int read(long at, byte[] to, int from, int count) throws IOException {
      synchronized (file) {
        file.seek(at);
        return file.read(to, from, count);
      }
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private record Channel(SeekableByteChannel channel) implements Source {
    @Override
    public int read(long at, byte[] to, int from, int count) throws IOException {
      synchronized (channel) {
        channel.position(at);
        return channel.read(ByteBuffer.wrap(to, from, count));
      }
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record TemporaryFile(LocalFile file, @Nullable Path later) implements Source {
    @Override
    public int read(long at, byte[] to, int from, int count) throws IOException {
      return file.read(at, to, from, count);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
      if (later != null) {
        Files.deleteIfExists(later);
      }
    }
  }

  private record Memory(byte[] bytes) implements Source {
    @Override
    public int read(long at, byte[] to, int from, int count) {
      System.arraycopy(bytes, (int) at, to, from, count);
      return count;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
