package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.tck.pages.Checkout;

/** A file of the checkout that is made from the code: it is what the code makes of it, or becomes that by {@code -Dkeras4j.pages.write=true}. */
public final class GeneratedPage {
  private GeneratedPage() {}

  /**
   * Compares, or writes.
   *
   * @param file the path within the checkout
   * @param made the text that the code makes
   */
  public static void require(String file, String made) throws IOException {
    Path page = Checkout.file(file);
    if (Boolean.getBoolean("keras4j.pages.write")) {
      AtomicFile.writeString(page, made);
    }
    assertEquals(
        made,
        Files.readString(page),
        file
            + " is not what the code makes: -Dkeras4j.pages.write=true writes it, and the diff shows"
            + " what changed");
  }
}
