package org.keras4j.training.callbacks;

import java.io.PrintStream;
import java.nio.charset.Charset;
import org.keras4j.core.Keras;
import org.keras4j.core.internal.messages.Log;

/** Where callbacks print: the standard output of the moment. */
final class Console {
  /** Whether a line can be written over: everywhere but on a Windows without terminal. */
  static final boolean DYNAMIC =
      System.console() != null || !System.getProperty("os.name", "").startsWith("Windows");

  private static final Log LOG = Log.of(Console.class);
  private static final boolean BARS = canPrintBars();

  private Console() {}

  private static boolean canPrintBars() {
    String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    try {
      Charset c = name == null ? Charset.defaultCharset() : Charset.forName(name);
      return c.newEncoder().canEncode('━');
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Prints as it is, without a line's end; bars become {@code =} where they cannot be shown. */
  static void print(String text) {
    if (!Keras.interactiveLogging()) {
      log(text);
      return;
    }
    PrintStream out = System.out;
    out.print(BARS ? text : text.replace('━', '='));
    out.flush();
  }

  // finished lines alone, without what moves the cursor
  private static void log(String text) {
    if (!text.endsWith("\n")) {
      return;
    }
    String line = text.replaceAll("\u001B\\[[0-9;]*[A-Za-z]|[\b\r\n]", "").trim();
    if (!line.isEmpty()) {
      LOG.info(line);
    }
  }

  /** Prints a line. */
  static void line(String text) {
    print(text + "\n");
  }
}
