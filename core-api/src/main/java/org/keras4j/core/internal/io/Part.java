package org.keras4j.core.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The file beside the one that is to be: written from front to back, with places filled in later. It is locked, so
 * that other processes can tell it from what a killed one left. Writing goes on in interrupted threads, whose
 * channels Java would close.
 */
public final class Part extends OutputStream {
  private static final int BUFFER = 1 << 16;

  /** Where bytes go. */
  private interface Target extends Closeable {
    void seek(long at) throws IOException;

    void write(byte[] b, int from, int count) throws IOException;

    void force() throws IOException;
  }

  private final Target target;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long written;

  private Part(Target target) {
    this.target = target;
  }

  /** Opens a file that was just made; null if another process took it for a dead one's. */
  static @Nullable Part open(Path file) throws IOException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      return new Part(new Channel(Files.newByteChannel(file, StandardOpenOption.WRITE)));
    }
    RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw");
    try {
      if (f.getChannel().tryLock() != null && Files.exists(file)) {
        return new Part(new LocalFile(f));
      }
    } catch (IOException e) {
      return new Part(new LocalFile(f)); // a file system without locks
    }
    f.close();
    return null;
  }

  /** How many bytes were written. */
  public long position() {
    return written + filled;
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == BUFFER) {
      flush();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] b, int from, int count) throws IOException {
    if (count > BUFFER - filled) {
      flush();
    }
    if (count >= BUFFER) {
      target.write(b, from, count);
      written += count;
      return;
    }
    System.arraycopy(b, from, buffer, filled, count);
    filled += count;
  }

  /** Writes what a buffer holds from position to limit. */
  public void write(ByteBuffer b) throws IOException {
    if (b.hasArray()) {
      write(b.array(), b.arrayOffset() + b.position(), b.remaining());
      b.position(b.limit());
      return;
    }
    byte[] piece = new byte[Math.min(BUFFER, b.remaining())];
    while (b.hasRemaining()) {
      int n = Math.min(piece.length, b.remaining());
      b.get(piece, 0, n);
      write(piece, 0, n);
    }
  }

  /** Replaces bytes that were written. */
  public void patch(long at, byte[] bytes) throws IOException {
    flush();
    if (at < 0 || at > written - bytes.length) {
      throw new IllegalArgumentException("nothing was written at " + at);
    }
    target.seek(at);
    target.write(bytes, 0, bytes.length);
    target.seek(written);
  }

  @Override
  public void flush() throws IOException {
    if (filled > 0) {
      int n = filled;
      filled = 0;
      target.write(buffer, 0, n);
      written += n;
    }
  }

  /** Returns when the bytes are on the disk. */
  void force() throws IOException {
    flush();
    target.force();
  }

  /** Writes what is in the buffer; the file is closed by whoever opened it. */
  @Override
  public void close() throws IOException {
    flush();
  }

  void shut() throws IOException {
    target.close(); // without what is in the buffer: whoever wants the file has forced it
  }

  private record LocalFile(RandomAccessFile file) implements Target {
    @Override
    public void seek(long at) throws IOException {
      file.seek(at);
    }

    @Override
    public void write(byte[] b, int from, int count) throws IOException {
      file.write(b, from, count);
    }

    @Override
    public void force() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private record Channel(SeekableByteChannel channel) implements Target {
    @Override
    public void seek(long at) throws IOException {
      channel.position(at);
    }

    @Override
    public void write(byte[] b, int from, int count) throws IOException {
      for (ByteBuffer all = ByteBuffer.wrap(b, from, count); all.hasRemaining(); ) {
        channel.write(all);
      }
    }

    @Override
    public void force() throws IOException {
      if (channel instanceof FileChannel f) {
        f.force(true);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
