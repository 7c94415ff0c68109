package org.keras4j.core.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A checksum that a file is said to have.
 *
 * @param algorithm as the JDK names it
 * @param digits hexadecimal, in lower case
 */
public record Checksum(String algorithm, String digits) {
  private static final int SHA256_DIGITS = 64;
  private static final int MD5_DIGITS = 32;
  private static final int PIECE = 1 << 16;

  /**
   * From what a user gives.
   *
   * @param name {@code "md5"}, {@code "sha256"} or {@code "auto"}
   * @throws IllegalArgumentException if it is no checksum of that kind
   */
  public static Checksum of(String digits, String name) {
    requireName(name);
    boolean sha = name.equals("sha256") || name.equals("auto") && digits.length() == SHA256_DIGITS;
    if (digits.length() != (sha ? SHA256_DIGITS : MD5_DIGITS)
        || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new IllegalArgumentException("A checksum of kind '" + name + "' has "
          + (name.equals("auto") ? "32 (MD5) or 64 (SHA-256)" : sha ? "64" : "32")
          + " hexadecimal digits, got '" + digits + "'");
    }
    return new Checksum(sha ? "SHA-256" : "MD5", digits.toLowerCase(Locale.ROOT));
  }

  /** Refuses names of kinds that are not known. */
  public static void requireName(String name) {
    if (!name.equals("auto") && !name.equals("md5") && !name.equals("sha256")) {
      throw new IllegalArgumentException(
          "hashAlgorithm expects 'auto', 'md5' or 'sha256', got '" + name + "'");
    }
  }

  /** Whether a file has it. */
  public boolean matches(Path file) throws IOException {
    return digits.equals(of(file));
  }

  /** The checksum of this kind that a file has. */
  String of(Path file) throws IOException {
    MessageDigest d;
    try {
      d = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this JVM has no " + algorithm, e);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int n; (n = in.read(piece)) >= 0; ) {
        d.update(piece, 0, n);
      }
    }
    return HexFormat.of().formatHex(d.digest());
  }
}
