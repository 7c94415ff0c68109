package org.keras4j.core.files;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.internal.io.Archives;
import org.keras4j.core.internal.io.Checksum;
import org.keras4j.core.internal.io.Download;
import org.keras4j.core.internal.io.FolderLock;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * A file of the internet in the cache of this machine ({@code keras.utils.get_file}): fetched if it is not there, else
 * taken as it is. The cache is Keras's own, {@code ~/.keras} or what the environment variable {@code KERAS_HOME} says, so
 * a file that Python fetched is not fetched again.
 *
 * <pre>
 * Path file = GetFile.of("https://example.org/mnist.npz")
 *     .fileHash("731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1")
 *     .get();
 * </pre>
 *
 * <p>A download that breaks off is gone on with, by the next call too: what is there so far lies beside the file, as {@code
 * NAME.part}. The file itself appears whole, with the right checksum, or not at all. Of several processes that want one
 * file, one fetches it. Proxies are those of the JVM ({@code https.proxyHost}, {@code https.proxyPort}, {@code
 * java.net.useSystemProxies}). Where there is no way to the internet, the exception says which file is to be put where.
 *
 * <p>Give a checksum where one is known: whoever can change a file on its way can else give any.
 */
public final class GetFile {
  private final URI origin;
  private @Nullable String fname;
  private @Nullable String fileHash;
  private String hashAlgorithm = "auto";
  private String cacheSubdir = "datasets";
  private @Nullable Path cacheDir;
  private boolean extract;
  private @Nullable String archiveFormat = "auto";
  private boolean forceDownload;
  private int verbose;
  private ReadLimits limits = ReadLimits.defaults();

  private GetFile(URI origin) {
    this.origin = origin;
  }

  /**
   * The file of a URL.
   *
   * @param origin {@code https:}, {@code http:} or {@code file:}
   * @return a file to be fetched
   * @throws IllegalArgumentException if it is none of these
   */
  public static GetFile of(String origin) {
    URI uri;
    try {
      uri = new URI(Objects.requireNonNull(origin, "origin"));
    } catch (URISyntaxException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "GetFile: origin expects a URL, got '" + origin + "': " + e.getReason(),
              e.getCause()));
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!List.of("http", "https", "file").contains(scheme)) {
      throw new IllegalArgumentException(
          "GetFile: origin expects a URL of http, https or file, got '" + origin + "'");
    }
    return new GetFile(uri);
  }

  /**
   * The name in the cache; the last one in the URL's path by default. With {@link #extract} the folder's name: {@code
   * NAME} as it is, or {@code NAME_extracted} for a name with a suffix, which then is the archive's.
   */
  public GetFile fname(String value) {
    if (value.isEmpty()
        || value.indexOf('/') >= 0
        || value.indexOf('\\') >= 0
        || value.equals(".")
        || value.equals("..")) {
      throw new IllegalArgumentException("GetFile: fname expects a name without folders, got '"
          + value + "'; folders are what cacheSubdir and cacheDir say");
    }
    fname = value;
    return this;
  }

  /** The checksum in hexadecimal digits: MD5 (32 of them) or SHA-256 (64); null, the default, for no check. */
  public GetFile fileHash(@Nullable String value) {
    fileHash = value;
    return this;
  }

  /** {@code "md5"}, {@code "sha256"} or {@code "auto"}, the default: what the length of the checksum says. */
  public GetFile hashAlgorithm(String value) {
    Checksum.requireName(value);
    hashAlgorithm = value;
    return this;
  }

  /** The folder in the cache, {@code "datasets"} by default; an absolute path stands for itself. */
  public GetFile cacheSubdir(String value) {
    cacheSubdir = Objects.requireNonNull(value);
    return this;
  }

  /** The cache; {@code KERAS_HOME} or {@code ~/.keras} by default. */
  public GetFile cacheDir(@Nullable Path value) {
    cacheDir = value;
    return this;
  }

  /** Whether the file is an archive that is to be unpacked; {@link #get} then returns its folder. */
  public GetFile extract(boolean value) {
    extract = value;
    return this;
  }

  /**
   * What the archive may be: {@code "tar"} (also packed by gzip or bzip2), {@code "zip"}, or {@code "auto"}, the default, for
   * both.
   */
  public GetFile archiveFormat(String value) {
    if (!List.of("auto", "tar", "zip").contains(value)) {
      throw new IllegalArgumentException(
          "GetFile: archiveFormat expects 'auto', 'tar' or 'zip', got '" + value + "'");
    }
    archiveFormat = value;
    return this;
  }

  /** Whether the file is fetched even if it is there; false by default. */
  public GetFile forceDownload(boolean value) {
    forceDownload = value;
    return this;
  }

  /** 1 to draw a progress bar on the standard output, as Keras does; 0, the default, to print nothing. */
  public GetFile verbose(int value) {
    verbose = value;
    return this;
  }

  /** What an archive may unpack to. */
  public GetFile limits(ReadLimits value) {
    limits = Objects.requireNonNull(value);
    return this;
  }

  /** Where the file is, or will be. Of an archive that is to be unpacked, the archive. */
  public Path target() {
    return folder().resolve(names().archive);
  }

  private Path folder() {
    return (cacheDir == null ? Keras.home() : cacheDir).resolve(cacheSubdir);
  }

  /** The names of the file and of the folder that it is unpacked to. */
  private record Names(String archive, String folder) {}

  private Names names() {
    String name = fname;
    if (name == null) {
      String path = String.valueOf(origin.getPath());
      name = path.substring(path.lastIndexOf('/') + 1);
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\\') >= 0) {
        throw new IllegalArgumentException(
            "GetFile: the URL '" + origin + "' has no name of a file: give fname");
      }
      return new Names(extract ? name + "_archive" : name, name);
    }
    int dot = name.indexOf('.');
    return !extract || dot >= 0
        ? new Names(name, dot < 0 ? name : name.substring(0, dot) + "_extracted")
        : new Names(name + "_archive", name);
  }

  /**
   * The file, fetched if it is not there or its checksum is another.
   *
   * @return its path; with {@link #extract} that of the folder with the archive's contents
   * @throws FileFormatException if the checksum is wrong, or the archive is damaged, leads out of its folder, or
   *     is larger than the limits
   * @throws IOException if it cannot be fetched or written; the message says what to do by hand
   */
  public Path get() throws IOException {
    Names names = names();
    Path folder = folder();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException("the folder '" + folder + "' for '" + names.archive
          + "' cannot be made: " + e.getMessage() + " (KERAS_HOME and cacheDir say where it is)");
    }
    Checksum sum = fileHash == null ? null : Checksum.of(fileHash, hashAlgorithm);
    Path target = folder.resolve(names.archive);
    boolean fresh = false;
    if (forceDownload || !isThere(target, sum)) {
      // others may have fetched it while this one waited
      try (FolderLock lock = FolderLock.of(target)) {
        if (forceDownload || !isThere(target, sum)) {
          Download.fetch(origin, target, sum, verbose == 1 ? System.out : null);
          fresh = true;
        }
      }
    }
    if (!extract) {
      return target;
    }
    Path unpacked = folder.resolve(names.folder);
    try (FolderLock lock = FolderLock.of(unpacked)) {
      if (fresh || !Files.isDirectory(unpacked)) {
        Archives.extract(target, unpacked, String.valueOf(archiveFormat), limits);
      }
    }
    return unpacked;
  }

  private static boolean isThere(Path target, @Nullable Checksum sum) throws IOException {
    return Files.isRegularFile(target) && (sum == null || sum.matches(target));
  }
}
