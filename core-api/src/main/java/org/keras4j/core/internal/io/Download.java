package org.keras4j.core.internal.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/**
 * Fetches one file. What came so far lies in {@code NAME.part}, and beside it in {@code NAME.part.from} where it came from and
 * which version of it that was, so that no two versions are put together.
 */
public final class Download {
  private static final int PIECE = 1 << 16;
  private static final int CONNECT_MILLIS = 30_000;
  private static final int READ_MILLIS = 60_000;
  private static final int MAX_REDIRECTS = 20;
  private static final int ATTEMPTS = 4;
  private static final long PAUSE_MILLIS = 300;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;
  private static final int SERVER_ERRORS = 500;

  /** What a server answers that asking again does not change. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final URI origin;
  private final Path target;
  private final Path part;
  private final Path from;
  private final @Nullable Checksum sum;
  private final @Nullable PrintStream progress;

  private Download(
      URI origin, Path target, @Nullable Checksum sum, @Nullable PrintStream progress) {
    this.origin = origin;
    this.target = target;
    this.sum = sum;
    this.progress = progress;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.from = target.resolveSibling(target.getFileName() + ".part.from");
  }

  /**
   * Fetches a file; whoever calls holds its lock.
   *
   * @param sum what it has to have, or null
   * @param progress where a progress bar is drawn, or null
   * @throws FileFormatException if its checksum is another
   * @throws IOException if it cannot be fetched, with what to do by hand
   */
  public static void fetch(
      URI origin, Path target, @Nullable Checksum sum, @Nullable PrintStream progress)
      throws IOException {
    new Download(origin, target, sum, progress).run();
  }

  private void run() throws IOException {
    boolean resumed = Files.exists(part) && Files.size(part) > 0;
    try {
      attempts();
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw failed(e);
    } catch (IOException e) {
      throw failed(e);
    }
    String wrong = mismatch();
    if (wrong != null && resumed) {
      // perhaps two versions were put together: once more from the beginning
      Files.delete(part);
      try {
        attempts();
      } catch (IOException e) {
        throw failed(e);
      }
      wrong = mismatch();
    }
    if (wrong != null) {
      discard();
      throw new FileFormatException("'" + target.getFileName() + "' from " + origin
          + " is not the file that is expected: its " + wrong);
    }
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.deleteIfExists(from);
  }

  private @Nullable String mismatch() throws IOException {
    if (sum == null) {
      return null;
    }
    String got = sum.of(part);
    return got.equals(sum.digits())
        ? null
        : sum.algorithm() + " is " + got + ", expected " + sum.digits();
  }

  private void discard() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(from);
  }

  private IOException failed(IOException e) {
    String reason = e instanceof RefusedException ? e.getMessage() : e.toString();
    String check = sum == null ? "" : " (" + sum.algorithm() + " " + sum.digits() + ")";
    return new IOException(
        "'" + target.getFileName() + "' cannot be fetched from " + origin + ": " + reason
            + ". Without a way to the internet, put the file" + check + " at '" + target
            + "' by hand; proxies are those of the JVM's settings (https.proxyHost,"
            + " https.proxyPort)",
        e);
  }

  private void attempts() throws IOException {
    for (int i = 1; ; i++) {
      long before = Files.exists(part) ? Files.size(part) : 0;
      try {
        once(before);
        return;
      } catch (RefusedException | java.net.UnknownHostException | java.net.ConnectException e) {
        throw e;
      } catch (IOException e) {
        boolean further = Files.exists(part) && Files.size(part) > before;
        if (Thread.currentThread().isInterrupted() || i >= ATTEMPTS && !further) {
          throw e;
        }
        i = further ? 0 : i;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while it was fetched");
      }
    }
  }

  private void once(long there) throws IOException {
    if (String.valueOf(origin.getScheme()).toLowerCase(Locale.ROOT).equals("file")) {
      Path source = local();
      try (InputStream in = Files.newInputStream(source)) {
        receive(in, 0, Files.size(source));
      }
      return;
    }
    String version = there > 0 ? resumable() : null;
    HttpURLConnection c = connect(there, version);
    try {
      int code = c.getResponseCode();
      if (code == RANGE_NOT_SATISFIABLE && there > 0) {
        if (("bytes */" + there).equals(c.getHeaderField("Content-Range"))) {
          return; // all of it is there
        }
        discard(); // longer than the file is now
        throw new IOException("the file at the server became another");
      }
      if (code != HttpURLConnection.HTTP_OK && code != HttpURLConnection.HTTP_PARTIAL) {
        String message = "the server answers " + code + " " + c.getResponseMessage();
        throw code >= SERVER_ERRORS ? new IOException(message) : new RefusedException(message);
      }
      boolean partial = code == HttpURLConnection.HTTP_PARTIAL;
      long length = c.getContentLengthLong();
      if (partial && !rangeBegins(c, there)) {
        throw new RefusedException("the server sends another part than was asked for: "
            + c.getHeaderField("Content-Range"));
      }
      if (!partial) {
        remember(c);
      }
      long begin = partial ? there : 0;
      try (InputStream in = c.getInputStream()) {
        receive(in, begin, length < 0 ? -1 : begin + length);
      }
    } finally {
      c.disconnect();
    }
  }

  private Path local() throws IOException {
    try {
      Path p = Path.of(origin);
      if (!Files.isRegularFile(p)) {
        throw new RefusedException("there is no such file");
      }
      return p;
    } catch (IllegalArgumentException e) {
      throw new RefusedException("this is no path of this machine: " + e.getMessage());
    }
  }

  private static boolean rangeBegins(URLConnection c, long at) {
    String range = c.getHeaderField("Content-Range");
    return range != null && range.trim().startsWith("bytes " + at + "-");
  }

  /** What says whether the server's file is still the one that was begun; empty if only its checksum will tell; else null. */
  private @Nullable String resumable() throws IOException {
    List<String> lines = Files.exists(from) ? Files.readAllLines(from) : List.of();
    if (lines.size() == 2 && lines.get(0).equals(origin.toString())) {
      return lines.get(1).isEmpty() && sum == null ? null : lines.get(1);
    }
    return null;
  }

  private void remember(URLConnection c) throws IOException {
    String tag = c.getHeaderField("ETag");
    String date = c.getHeaderField("Last-Modified");
    // a weak tag does not stand for bytes
    String version = tag != null && tag.startsWith("\"") ? tag : date == null ? "" : date;
    Files.writeString(from, origin + "\n" + version.replaceAll("[\r\n]", " ") + "\n");
  }

  private HttpURLConnection connect(long there, @Nullable String version) throws IOException {
    URL url = origin.toURL();
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      if (!(url.openConnection() instanceof HttpURLConnection c)) {
        throw new RefusedException("it leads to " + url);
      }
      c.setConnectTimeout(CONNECT_MILLIS);
      c.setReadTimeout(READ_MILLIS);
      c.setInstanceFollowRedirects(false);
      c.setUseCaches(false);
      c.setRequestProperty("Accept-Encoding", "identity");
      c.setRequestProperty("User-Agent", "keras4j");
      if (version != null) {
        c.setRequestProperty("Range", "bytes=" + there + "-");
        if (!version.isEmpty()) {
          c.setRequestProperty("If-Range", version);
        }
      }
      int code = c.getResponseCode();
      boolean moved = code == HttpURLConnection.HTTP_MOVED_PERM
          || code == HttpURLConnection.HTTP_MOVED_TEMP
          || code == HttpURLConnection.HTTP_SEE_OTHER
          || code == TEMPORARY_REDIRECT
          || code == PERMANENT_REDIRECT;
      if (!moved) {
        return c;
      }
      String to = c.getHeaderField("Location");
      c.disconnect();
      url = redirected(url, to);
    }
    throw new RefusedException("it is redirected more than " + MAX_REDIRECTS + " times");
  }

  private URL redirected(URL from, @Nullable String to) throws IOException {
    URI next;
    try {
      next = from.toURI().resolve(new URI(String.valueOf(to)));
    } catch (URISyntaxException e) {
      throw new RefusedException("it is redirected to '" + to + "', which is no URL");
    }
    String scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
    boolean open = from.getProtocol().equals("http") || sum != null;
    if (to == null || !scheme.equals("https") && !(scheme.equals("http") && open)) {
      throw new RefusedException("it is redirected to '" + to + "', which is not followed");
    }
    return next.toURL();
  }

  /** Writes what comes behind the first bytes of the part. */
  private void receive(InputStream in, long begin, long end) throws IOException {
    ProgressBar bar = progress == null ? null : new ProgressBar(progress, origin, end);
    try (RandomAccessFile out = new RandomAccessFile(part.toFile(), "rw")) {
      out.setLength(begin);
      out.seek(begin);
      byte[] piece = new byte[PIECE];
      long at = begin;
      for (int n; (n = in.read(piece)) >= 0; ) {
        if (end >= 0 && at + n > end) {
          throw new IOException("more than the " + end + " bytes came that were announced");
        }
        out.write(piece, 0, n);
        at += n;
        if (bar != null) {
          bar.at(at);
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while it was fetched");
        }
      }
      if (at < end) {
        throw new EOFException("the connection broke off after " + at + " of " + end + " bytes");
      }
      out.getFD().sync();
      if (bar != null) {
        bar.end(at);
      }
    }
  }
}
