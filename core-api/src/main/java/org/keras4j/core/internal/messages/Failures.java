package org.keras4j.core.internal.messages;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is said of bad arguments: where they were given, and no more of them than a person reads. */
public final class Failures {
  private static final int MOST = 2000;
  private static final Pattern LAYER = Pattern.compile("^[A-Z]\\w* '[^']*'[: ].*", Pattern.DOTALL);

  private Failures() {}

  /** Whether a message begins with a layer, loss or metric, such as {@code Dense 'fc1': }. */
  public static boolean namesLayer(String message) {
    return LAYER.matcher(message).matches();
  }

  /**
   * The same failure with the place in front of its message. It takes the place of the other one, whose text would
   * only be repeated: stack trace and cause are that one's.
   */
  public static IllegalArgumentException in(String where, IllegalArgumentException e) {
    String message = where + ": " + e.getMessage();
    return inPlaceOf(e, new IllegalArgumentException(shortened(message), e.getCause()));
  }

  /**
   * What a layer, loss or metric throws of bad arguments: a failure whose message begins with its class and name, unless one
   * inside of it is named already.
   *
   * @param label class and name, {@code Dense 'fc1'}
   */
  public static IllegalArgumentException of(String label, IllegalArgumentException e) {
    boolean named = e.getClass() != IllegalArgumentException.class
        || namesLayer(String.valueOf(e.getMessage()));
    return named ? e : in(label, e);
  }

  /**
   * An exception whose message holds another's takes the place of that one, whose text would be said twice if it were the
   * cause.
   *
   * @param said the other one
   * @param named the new one, with the other's cause
   * @return the new one, with the other's stack trace
   */
  public static <E extends Throwable> E inPlaceOf(Throwable said, E named) {
    named.setStackTrace(said.getStackTrace());
    return named;
  }

  /**
   * Whether the class of an exception says more than its text: nobody had looked at what it is about. It stays the cause of
   * what is thrown then.
   */
  public static boolean isAccident(RuntimeException e) {
    return e instanceof NullPointerException
        || e instanceof ClassCastException
        || e instanceof IndexOutOfBoundsException
        || e instanceof NegativeArraySizeException
        || e instanceof ArithmeticException
        || e instanceof NoSuchElementException
        || e instanceof BufferUnderflowException;
  }

  /** What an exception says, if it is no accident. */
  public static String said(RuntimeException e) {
    return isAccident(e)
        ? "something is not of the form that is expected"
        : String.valueOf(e.getMessage());
  }

  /** The cause of what is thrown in place of an exception, with what it {@link #said}. */
  public static @Nullable Throwable cause(RuntimeException e) {
    return isAccident(e) ? e : e.getCause();
  }

  /** Why a file cannot be read or written, without its name. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    } else if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** A text with its middle left out, if it is very long. */
  public static String shortened(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    return text.substring(0, MOST / 2) + " ... " + text.substring(text.length() - MOST / 4);
  }
}
