package org.keras4j.core.internal.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * A zip file, read within limits. Every entry is held against its checksum and declared size, and nothing that is
 * out of order passes: repeated names, encryption, entries that overlap, heads that contradict the directory.
 */
public final class ZipArchive implements Closeable {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int SIZES_FOLLOW = 8;
  private static final int BUFFER = 1 << 16;
  private static final int IN_MEMORY = 16 << 20;

  private final FileBytes file;
  private final ZipDirectory directory;
  private final ReadLimits limits;
  private long unpacked;

  private ZipArchive(FileBytes file, ReadLimits limits) throws IOException {
    this.file = file;
    this.limits = limits;
    this.directory = ZipDirectory.read(file, limits);
  }

  /**
   * Opens an archive.
   *
   * @throws FileFormatException if it is none, or out of order
   */
  public static ZipArchive open(Path path, ReadLimits limits) throws IOException {
    FileBytes file = FileBytes.open(path);
    try {
      return new ZipArchive(file, limits);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The entries in the order of the directory. */
  public Collection<ZipDirectory.Entry> entries() {
    return directory.entries().values();
  }

  /**
   * For archives of files: each entry's name is a path below the archive.
   *
   * @throws FileFormatException if one leads out of it, or is a link
   */
  public void requirePaths() throws FileFormatException {
    directory.checkNames();
  }

  /** An entry by name, or null. */
  public ZipDirectory.@Nullable Entry entry(String name) {
    return directory.entries().get(name);
  }

  /**
   * The whole of an entry.
   *
   * @param most how many bytes it may have
   * @param limit the name of that limit, for the message
   */
  public byte[] readAll(ZipDirectory.Entry e, int most, String limit) throws IOException {
    if (e.size() > most) {
      throw new FileFormatException("entry '" + e.name() + "' has " + e.size()
          + " bytes, more than the " + most + " that are taken (ReadLimits." + limit + ")");
    }
    byte[] out = new byte[(int) e.size()];
    try (InputStream in = open(e)) {
      int n = in.readNBytes(out, 0, out.length);
      if (n < out.length || in.read() >= 0) {
        throw new FileFormatException("entry '" + e.name() + "' is damaged");
      }
    }
    return out;
  }

  /**
   * The bytes of an entry, to be read at any place: those in the file if it is not compressed, else unpacked into
   * memory or, if it is large, into a temporary file. Its checksum is right. Closing the bytes of an entry in place
   * closes the archive.
   */
  public FileBytes bytes(ZipDirectory.Entry e) throws IOException {
    if (e.method() != ZipDirectory.STORED) {
      if (e.size() <= IN_MEMORY) {
        return FileBytes.of(readAll(e, IN_MEMORY, ""));
      }
      try (InputStream in = open(e)) {
        return FileBytes.temporary(in);
      }
    }
    try (InputStream in = open(e)) {
      byte[] b = new byte[BUFFER];
      while (in.read(b) >= 0) {
        // the stream checks
      }
    }
    return data(e);
  }

  /**
   * The contents of an entry. The end is reached only if size and checksum are right, all else ends in a {@link
   * FileFormatException}.
   */
  public InputStream open(ZipDirectory.Entry e) throws IOException {
    if (e.encrypted()) {
      throw new FileFormatException("entry '" + e.name() + "' is encrypted");
    }
    if (e.method() != ZipDirectory.STORED && e.method() != ZipDirectory.DEFLATED) {
      throw new FileFormatException("entry '" + e.name() + "' is compressed by method " + e.method()
          + ", which is not supported");
    }
    FileBytes data = data(e);
    if (e.method() == ZipDirectory.STORED) {
      if (e.size() != e.packed()) {
        throw new FileFormatException("entry '" + e.name() + "' is not compressed, yet has "
            + e.packed() + " bytes for " + e.size());
      }
      return new Checked(new Raw(data), e);
    }
    limits.checkExpansion("entry '" + e.name() + "'", e.packed(), e.size());
    unpacked += e.size();
    if (unpacked > limits.maxUnpackedBytes()) {
      throw new FileFormatException("the entries up to '" + e.name() + "' unpack to " + unpacked
          + " bytes, more than are taken (ReadLimits.maxUnpackedBytes)");
    }
    limits.checkExpansion("the archive", file.size(), unpacked);
    Inflater inflater = new Inflater(true);
    return new Checked(
        new InflaterInputStream(new Raw(data), inflater, BUFFER) {
          @Override
          public void close() throws IOException {
            super.close();
            inflater.end();
          }
        },
        e);
  }

  /** Where an entry's bytes lie, from the head before them, which has to agree with the directory. */
  private FileBytes data(ZipDirectory.Entry e) throws IOException {
    LittleEndian head = new LittleEndian(file.read(e.offset(), LOCAL_SIZE));
    int name = head.u16(26);
    long from = e.offset() + LOCAL_SIZE + name + head.u16(28);
    if (head.s32(0) != LOCAL
        || head.u16(8) != e.method()
        || name != e.rawName().length
        || !java.util.Arrays.equals(file.read(e.offset() + LOCAL_SIZE, name), e.rawName())) {
      throw contradicts(e);
    }
    boolean known = (head.u16(6) & SIZES_FOLLOW) == 0;
    if (known && head.u32(14) != e.crc()
        || known && !agrees(head.u32(18), e.packed())
        || known && !agrees(head.u32(22), e.size())
        || from + e.packed() > directory.start()) {
      throw contradicts(e);
    }
    return file.part(from, e.packed());
  }

  private static boolean agrees(long local, long value) {
    return local == value
        || local == LittleEndian.MAX32; // which stands in a field of 64 bits behind
  }

  private static FileFormatException contradicts(ZipDirectory.Entry e) {
    return new FileFormatException("the head of entry '" + e.name()
        + "' is not the one that the archive's directory announces");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static final class Raw extends InputStream {
    private final FileBytes bytes;
    private long at;

    Raw(FileBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      int n = (int) Math.min(count, bytes.size() - at);
      if (n <= 0) {
        return -1;
      }
      bytes.read(at, to, from, n);
      at += n;
      return n;
    }
  }

  private static final class Checked extends FilterInputStream {
    private final ZipDirectory.Entry entry;
    private final CRC32 crc = new CRC32();
    private long count;
    private boolean ended;

    Checked(InputStream in, ZipDirectory.Entry entry) {
      super(in);
      this.entry = entry;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
      if (ended || most == 0) {
        return ended ? -1 : 0;
      }
      int n;
      try {
        n = in.read(to, from, most);
      } catch (ZipException | EOFException x) {
        throw Failures.inPlaceOf(
            x,
            new FileFormatException(
                "entry '" + entry.name() + "' is damaged: " + x.getMessage(), x.getCause()));
      }
      if (n > 0) {
        count += n;
        crc.update(to, from, n);
        if (count > entry.size()) {
          throw new FileFormatException(
              "entry '" + entry.name() + "' is damaged: it has more than the " + entry.size()
                  + " bytes that the archive announces");
        }
        return n;
      }
      ended = true;
      if (count != entry.size()) {
        throw new FileFormatException("entry '" + entry.name() + "' is damaged: it has " + count
            + " bytes, " + entry.size() + " are announced");
      }
      if (crc.getValue() != entry.crc()) {
        throw new FileFormatException("entry '" + entry.name() + "' is damaged: its checksum is "
            + Long.toHexString(crc.getValue()) + ", " + Long.toHexString(entry.crc())
            + " is announced");
      }
      return -1;
    }

    @Override
    public long skip(long n) throws IOException {
      byte[] b = new byte[(int) Math.min(n, BUFFER)];
      return Math.max(0, read(b, 0, b.length));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
