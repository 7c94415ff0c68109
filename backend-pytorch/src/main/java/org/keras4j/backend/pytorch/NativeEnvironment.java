package org.keras4j.backend.pytorch;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * Variables of the environment as native libraries see them when they are loaded. JavaCPP calls C functions of
 * one pointer in order to free memory, and {@code putenv("NAME=value")} is one.
 */
final class NativeEnvironment {
  private static final System.Logger LOG = System.getLogger(NativeEnvironment.class.getName());

  // putenv makes the texts themselves part of the environment
  private static final List<BytePointer> KEPT = new ArrayList<>();

  private NativeEnvironment() {}

  /** Sets a variable that the user has not set; where there is no such function, it stays unset. */
  static synchronized void setDefault(String name, String value) {
    Pointer putenv = System.getenv(name) == null ? Loader.addressof("putenv") : null;
    if (putenv == null) {
      return;
    }
    try {
      BytePointer text = new BytePointer(name + "=" + value);
      KEPT.add(text);
      Method init =
          Pointer.class.getDeclaredMethod("init", long.class, long.class, long.class, long.class);
      init.setAccessible(true);
      Pointer call = new Pointer();
      init.invoke(call, text.address(), 1L, text.address(), putenv.address());
      call.deallocate();
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, name + " stays unset", e);
    }
  }
}
