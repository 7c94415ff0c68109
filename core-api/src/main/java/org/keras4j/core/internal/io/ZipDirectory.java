package org.keras4j.core.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** The directory at the end of a zip file, checked as a whole. */
public final class ZipDirectory {
  static final int STORED = 0;
  static final int DEFLATED = 8;

  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_SIZE = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_SIZE = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_SIZE = 46;
  private static final int LOCAL_SIZE = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final int MAX_DIRECTORY = 128 << 20;
  private static final int UTF8 = 1 << 11;
  private static final int ZIP64 = 1;
  private static final int UNIX = 3;
  private static final int FILE_TYPE = 0xf000;
  private static final int LINK = 0xa000;

  /**
   * One entry.
   *
   * @param crc its checksum, CRC-32
   * @param packed its bytes in the file
   * @param size its bytes when unpacked
   * @param offset where its head is
   * @param link whether it is a symbolic link
   */
  public record Entry(
      String name,
      byte[] rawName,
      int method,
      boolean encrypted,
      long crc,
      long packed,
      long size,
      long offset,
      boolean link) {}

  private final Map<String, Entry> entries;
  private final long start;

  private ZipDirectory(Map<String, Entry> entries, long start) {
    this.entries = entries;
    this.start = start;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  /** Where it begins, and the entries end. */
  long start() {
    return start;
  }

  static ZipDirectory read(FileBytes file, ReadLimits limits) throws IOException {
    int tail = (int) Math.min(file.size(), END_SIZE + MAX_COMMENT);
    LittleEndian end = new LittleEndian(file.read(file.size() - tail, tail));
    int at = tail - END_SIZE;
    while (at >= 0 && !(end.s32(at) == END && at + END_SIZE + end.u16(at + 20) == tail)) {
      at--;
    }
    if (at < 0) {
      throw new FileFormatException("is no archive, or cut short: it has no directory at its end");
    }
    long endAt = file.size() - tail + at;
    long count = end.u16(at + 10);
    long size = end.u32(at + 12);
    long from = end.u32(at + 16);
    boolean oneDisk = end.s32(at + 4) == 0 && end.u16(at + 8) == count;
    if (count == 0xffff || size == LittleEndian.MAX32 || from == LittleEndian.MAX32) {
      LittleEndian locator = new LittleEndian(file.read(endAt - LOCATOR64_SIZE, LOCATOR64_SIZE));
      if (locator.s32(0) == LOCATOR64) {
        LittleEndian wide = new LittleEndian(file.read(locator.s64(8), END64_SIZE));
        if (wide.s32(0) != END64) {
          throw damaged("its end is missing");
        }
        endAt = locator.s64(8);
        count = wide.s64(32);
        size = wide.s64(40);
        from = wide.s64(48);
        oneDisk = wide.s64(16) == 0 && wide.s64(24) == count;
      }
    }
    if (!oneDisk) {
      throw damaged("it is spread over several files");
    }
    if (from < 0 || size < 0 || from > endAt || size != endAt - from) {
      throw damaged("it is not where the end announces it");
    }
    if (count < 0 || count > limits.maxEntries()) {
      throw new FileFormatException("the archive has " + count + " entries, more than the "
          + limits.maxEntries() + " that are taken (ReadLimits.maxEntries)");
    }
    if (size > MAX_DIRECTORY || size < count * ENTRY_SIZE) {
      throw damaged("it has " + size + " bytes for " + count + " entries");
    }
    Map<String, Entry> entries = entries(file.read(from, (int) size), (int) count);
    checkPlaces(entries, from);
    return new ZipDirectory(Collections.unmodifiableMap(entries), from);
  }

  private static FileFormatException damaged(String how) {
    return new FileFormatException("the archive's directory is damaged: " + how);
  }

  private static Map<String, Entry> entries(byte[] bytes, int count) throws IOException {
    LittleEndian b = new LittleEndian(bytes);
    Map<String, Entry> out = new LinkedHashMap<>();
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (at + ENTRY_SIZE > bytes.length || b.s32(at) != ENTRY) {
        throw damaged("entry " + i + " is missing");
      }
      int name = b.u16(at + 28);
      int extra = b.u16(at + 30);
      int next = at + ENTRY_SIZE + name + extra + b.u16(at + 32);
      if (next > bytes.length) {
        throw damaged("entry " + i + " is cut short");
      }
      Entry e = entry(b, at, name, extra);
      if (out.put(e.name(), e) != null) {
        throw new FileFormatException("has two entries '" + e.name() + "'");
      }
      at = next;
    }
    if (at != bytes.length) {
      throw damaged("it goes on behind the last entry");
    }
    return out;
  }

  private static Entry entry(LittleEndian b, int at, int nameLength, int extraLength)
      throws IOException {
    int nameAt = at + ENTRY_SIZE;
    byte[] raw = Arrays.copyOfRange(b.bytes(), nameAt, nameAt + nameLength);
    String name = name(raw, (b.u16(at + 8) & UTF8) != 0);
    long packed = b.u32(at + 20);
    long size = b.u32(at + 24);
    long offset = b.u32(at + 42);
    int end = nameAt + nameLength + extraLength;
    for (int x = nameAt + nameLength; x + 4 <= end; x += 4 + b.u16(x + 2)) {
      if (b.u16(x) != ZIP64) {
        continue;
      }
      // 64 bits for each field that is full, in this order
      int field = x + 4;
      int last = Math.min(end, field + b.u16(x + 2)) - 8;
      if (size == LittleEndian.MAX32 && field <= last) {
        size = b.s64(field);
        field += 8;
      }
      if (packed == LittleEndian.MAX32 && field <= last) {
        packed = b.s64(field);
        field += 8;
      }
      if (offset == LittleEndian.MAX32 && field <= last) {
        offset = b.s64(field);
      }
    }
    if (size < 0 || packed < 0 || offset < 0) {
      throw damaged("entry '" + name + "' has impossible sizes");
    }
    boolean link = b.u8(at + 5) == UNIX && (b.u16(at + 40) & FILE_TYPE) == LINK;
    return new Entry(
        name,
        raw,
        b.u16(at + 10),
        (b.u16(at + 8) & 1) != 0,
        b.u32(at + 16),
        packed,
        size,
        offset,
        link);
  }

  private static String name(byte[] raw, boolean utf8) throws FileFormatException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      if (utf8) {
        throw new FileFormatException("an entry's name is no UTF-8", e);
      }
      return new String(raw, StandardCharsets.ISO_8859_1); // whatever its writer's code page was
    }
  }

  /** Refuses names that are no paths below the archive, and links. */
  void checkNames() throws FileFormatException {
    for (Entry e : entries.values()) {
      String name = e.name();
      if (name.isEmpty()
          || name.startsWith("/")
          || name.indexOf('\\') >= 0
          || name.indexOf(':') >= 0
          || Arrays.asList(name.split("/", -1)).contains("..")) {
        throw new FileFormatException(
            "has an entry '" + name + "', which leads out of the archive");
      }
      if (name.chars().anyMatch(Character::isISOControl)) {
        throw new FileFormatException("has an entry whose name has control characters: '"
            + name.replaceAll("\\p{Cntrl}", "?") + "'");
      }
      if (e.link()) {
        throw new FileFormatException("has an entry '" + name + "', which is a symbolic link");
      }
    }
  }

  /** Entries that share bytes are how small archives unpack to large ones. */
  private static void checkPlaces(Map<String, Entry> entries, long end) throws FileFormatException {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::offset));
    for (int i = 0; i < sorted.size(); i++) {
      Entry e = sorted.get(i);
      long next = i + 1 < sorted.size() ? sorted.get(i + 1).offset() : end;
      long room = next - e.offset() - LOCAL_SIZE - e.rawName().length;
      if (room < e.packed()) {
        throw new FileFormatException(
            "entry '" + e.name() + "' reaches into what follows it, or beyond the archive");
      }
    }
  }
}
