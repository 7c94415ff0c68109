package org.keras4j.core.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Log;

/**
 * Functions of the C library with one argument, called through JavaCPP, which this module does not need otherwise. JavaCPP calls a
 * function of one pointer to free memory; what takes one number or address of that size can be called like that. Where it cannot,
 * for want of the function or because modules do not open what is needed, nothing happens.
 */
public final class CFunctions {
  private static final Log LOG = Log.of(CFunctions.class);

  // putenv makes the texts themselves part of the environment
  private static final List<Object> KEPT = new ArrayList<>();

  private final Class<?> loader;

  /**
   * Through JavaCPP.
   *
   * @param loader its {@code Loader}
   */
  public CFunctions(Class<?> loader) {
    this.loader = loader;
  }

  /**
   * Sets a variable of the environment, as native libraries see it when they are loaded, that the user has not set. Where there is
   * no {@code putenv}, as on Windows, it stays unset.
   */
  public void setDefault(String name, String value) {
    if (System.getenv(name) == null) {
      attempt("putenv", () -> {
        if (address("putenv") == null) {
          return;
        }
        Object text =
            javacpp("BytePointer").getConstructor(String.class).newInstance(name + "=" + value);
        synchronized (KEPT) {
          KEPT.add(text);
        }
        invoke("putenv", (long) javacpp("Pointer").getMethod("address").invoke(text));
      });
    }
  }

  /** Calls a function; not if there is none of that name. */
  public void call(String function, long argument) {
    attempt(function, () -> invoke(function, argument));
  }

  private void invoke(String function, long argument) throws ReflectiveOperationException {
    Object address = address(function);
    if (address == null) {
      return;
    }
    Class<?> pointer = javacpp("Pointer");
    Method init = pointer.getDeclaredMethod("init", long.class, long.class, long.class, long.class);
    init.setAccessible(true);
    Object call = pointer.getConstructor().newInstance();
    init.invoke(
        call, argument, 1L, argument, (long) pointer.getMethod("address").invoke(address));
    pointer.getMethod("deallocate").invoke(call);
  }

  private @Nullable Object address(String function) throws ReflectiveOperationException {
    return loader.getMethod("addressof", String.class).invoke(null, function);
  }

  private Class<?> javacpp(String name) throws ReflectiveOperationException {
    return Class.forName(loader.getPackageName() + "." + name, true, loader.getClassLoader());
  }

  private interface Attempt {
    void run() throws ReflectiveOperationException;
  }

  private static void attempt(String function, Attempt attempt) {
    try {
      attempt.run();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error; // JavaCPP itself does not load
      }
      LOG.debug(function + " is not called", e);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug(function + " is not called", e);
    }
  }
}
