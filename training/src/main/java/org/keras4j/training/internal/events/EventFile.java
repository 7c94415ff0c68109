package org.keras4j.training.internal.events;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.keras4j.core.internal.io.ProtoWriter;

/**
 * A growing file of events. Each is a record: its length, the length's checksum, the message {@code
 * tensorflow.Event}, the message's checksum. Readers follow the file while it grows, so it is appended to and stands
 * under its name from the start; one that ends within a record is read up to there.
 */
public final class EventFile implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final long FLUSH_AFTER = 5_000_000_000L;

  private final OutputStream out;
  private long flushed = System.nanoTime();

  private EventFile(OutputStream out) {
    this.out = out;
  }

  /**
   * A new file in a folder, which is made.
   *
   * @throws UncheckedIOException if it cannot be made
   */
  public static EventFile create(Path folder) {
    try {
      Files.createDirectories(folder);
      String name = String.format(
          Locale.ROOT,
          "events.out.tfevents.%010d.%s.%d.%d.v2",
          System.currentTimeMillis() / 1000,
          host(),
          ProcessHandle.current().pid(),
          COUNT.getAndIncrement());
      EventFile f = new EventFile(new BufferedOutputStream(
          Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW)));
      f.append(event().string(3, "brain.Event:2"));
      f.flush();
      return f;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // part of the name, which readers do not look at
  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "_");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static ProtoWriter event() {
    return new ProtoWriter().real(1, System.currentTimeMillis() / 1000.0);
  }

  /** Appends a summary's value. */
  public void summary(ProtoWriter value, long step) {
    append(event().integer(2, step).message(5, new ProtoWriter().message(1, value)));
  }

  /** Appends a graph. */
  public void graph(ProtoWriter graphDef) {
    append(event().message(4, graphDef));
  }

  private void append(ProtoWriter event) {
    byte[] message = event.toByteArray();
    ByteBuffer record = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(message.length);
    record.putInt(masked(record.array(), 8)).put(message).putInt(masked(message, message.length));
    try {
      out.write(record.array());
      if (System.nanoTime() - flushed > FLUSH_AFTER) {
        flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // a checksum that is no plain one of bytes which themselves hold checksums
  private static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    int c = (int) crc.getValue();
    return (c >>> 15 | c << 17) + 0xa282ead8;
  }

  /** Hands what was appended to readers. */
  public void flush() {
    try {
      out.flush();
      flushed = System.nanoTime();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
