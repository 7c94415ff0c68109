package org.keras4j.hub.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.io.FileFormatException;

/**
 * A file of any size in memory maps. A map holds less than 2 GiB, so there is one from each GiB on, as long as can be: most
 * arrays lie in one. What is read is copied: who shortens a file that is mapped would end a process whose native code looks at
 * it, where Java's copying only fails.
 */
final class MappedFile {
  private static final int STEP = 1 << 30;

  private final Path path;
  private final long size;
  private volatile List<ByteBuffer> maps;

  private MappedFile(Path path, long size, List<ByteBuffer> maps) {
    this.path = path;
    this.size = size;
    this.maps = maps;
  }

  static MappedFile open(Path path) throws IOException {
    try (FileChannel c = FileChannel.open(path, StandardOpenOption.READ)) {
      List<ByteBuffer> maps = new ArrayList<>();
      long size = c.size();
      for (long at = 0; at < size; at += STEP) {
        long length = Math.min(Integer.MAX_VALUE, size - at);
        maps.add(c.map(FileChannel.MapMode.READ_ONLY, at, length));
      }
      return new MappedFile(path, size, maps);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /**
   * Fills a buffer from position to limit.
   *
   * @throws FileFormatException if the file has no so many bytes there
   * @throws IllegalStateException after {@link #close()}
   */
  void read(long at, ByteBuffer to) throws IOException {
    List<ByteBuffer> m = maps;
    if (m.isEmpty() && size > 0) {
      throw new IllegalStateException(path + " is closed");
    }
    if (at < 0 || at > size - to.remaining()) {
      throw new FileFormatException(path + " is cut short: " + to.remaining()
          + " bytes expected at place " + at + " of " + size);
    }
    try {
      for (long p = at; to.hasRemaining(); ) {
        ByteBuffer map = m.get((int) (p / STEP)).duplicate();
        map.position((int) (p % STEP));
        map.limit(map.position() + Math.min(map.remaining(), to.remaining()));
        p += map.remaining();
        to.put(map);
      }
    } catch (InternalError e) { // the JVM's word for pages that are not there any more
      throw new IOException(path + " became shorter, or unreadable, while it was read", e);
    }
  }

  /** Likewise, for callers that may not throw {@link IOException}. */
  void readUnchecked(long at, ByteBuffer to) {
    try {
      read(at, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets go of the maps; the JVM gives them back when nobody reads any more. */
  void close() {
    maps = List.of();
  }
}
