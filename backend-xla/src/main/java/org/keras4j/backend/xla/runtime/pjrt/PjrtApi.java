package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memGetInt;
import static org.lwjgl.system.MemoryUtil.memPutAddress;

import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.core.internal.messages.Failures;
import org.lwjgl.system.JNI;
import org.lwjgl.system.Library;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;

/** The table of functions of a plugin. Each takes the address of one struct and gives an error or 0. */
final class PjrtApi {
  private static final int OLDEST_MINOR = 67;

  private final long table;
  private final String origin;
  private final int minor;

  /**
   * Reads the table at an address.
   *
   * @throws XlaException if its version is not one that is known to work
   */
  PjrtApi(long table, String origin) {
    if (table == 0) {
      throw new XlaException(
          XlaException.Code.FAILED_PRECONDITION,
          "The plugin " + origin + " gave no PJRT functions");
    }
    this.table = table;
    this.origin = origin;
    int major = memGetInt(table + PjrtLayout.Api.MAJOR_VERSION);
    this.minor = memGetInt(table + PjrtLayout.Api.MINOR_VERSION);
    if (major != 0 || minor < OLDEST_MINOR) {
      throw new XlaException(
          XlaException.Code.FAILED_PRECONDITION,
          "The plugin " + origin + " has version " + major + "." + minor
              + " of PJRT's C interface, expected at least 0." + OLDEST_MINOR + " and below 1.0");
    }
  }

  /**
   * Loads a plugin's library where it lies, since it finds its own libraries from there.
   *
   * @throws XlaException if it cannot be loaded, or is no plugin
   */
  static PjrtApi load(String plugin) {
    Path path = Path.of(plugin).toAbsolutePath();
    if (!Files.isRegularFile(path)) {
      throw new XlaException(XlaException.Code.NOT_FOUND, "There is no PJRT plugin at " + path);
    }
    SharedLibrary library;
    try {
      library = Library.loadNative(PjrtApi.class, "org.keras4j", path.toString());
    } catch (LinkageError e) {
      throw Failures.inPlaceOf(
          e,
          new XlaException(
              XlaException.Code.FAILED_PRECONDITION,
              "The PJRT plugin " + path + " cannot be loaded: " + e.getMessage(),
              e.getCause()));
    }
    long get = library.getFunctionAddress("GetPjrtApi");
    if (get == 0) {
      throw new XlaException(
          XlaException.Code.FAILED_PRECONDITION,
          path + " is no PJRT plugin: it has no function GetPjrtApi");
    }
    return new PjrtApi(JNI.invokeP(get), path.toString());
  }

  /** Where the plugin came from. */
  String origin() {
    return origin;
  }

  String version() {
    return "0." + minor;
  }

  /** Whether the plugin has a function, by its offset in the table. */
  boolean has(int offset) {
    // the first word of the table is its size, and it grows at its end
    return offset + 8 <= memGetAddress(table) && memGetAddress(table + offset) != 0;
  }

  /**
   * The address of a function.
   *
   * @throws XlaException if the plugin has none there
   */
  long function(int offset, String name) {
    if (!has(offset)) {
      throw new XlaException(
          XlaException.Code.UNIMPLEMENTED, "The plugin " + origin + " has no function " + name);
    }
    return memGetAddress(table + offset);
  }

  /** Calls a function; what it reports is thrown. */
  void call(long function, long struct) {
    long error = JNI.invokePP(struct, function);
    if (error != 0) {
      throw take(error);
    }
  }

  /** Makes an exception of an error and destroys it. */
  XlaException take(long error) {
    long s = MemoryUtil.nmemCallocChecked(1, 128);
    try {
      memPutAddress(s, PjrtLayout.ErrorMessage.SIZE);
      memPutAddress(s + PjrtLayout.ErrorMessage.ERROR, error);
      JNI.invokePV(s, memGetAddress(table + PjrtLayout.Api.ERROR_MESSAGE));
      String message = string(
          memGetAddress(s + PjrtLayout.ErrorMessage.MESSAGE),
          memGetAddress(s + PjrtLayout.ErrorMessage.MESSAGE_SIZE));
      memPutAddress(s, PjrtLayout.ErrorGetCode.SIZE);
      memPutAddress(s + PjrtLayout.ErrorGetCode.ERROR, error);
      long failed = JNI.invokePP(s, memGetAddress(table + PjrtLayout.Api.ERROR_GET_CODE));
      int code = failed == 0 ? memGetInt(s + PjrtLayout.ErrorGetCode.CODE) : 2;
      memPutAddress(s, PjrtLayout.ErrorDestroy.SIZE);
      memPutAddress(s + PjrtLayout.ErrorDestroy.ERROR, error);
      JNI.invokePV(s, memGetAddress(table + PjrtLayout.Api.ERROR_DESTROY));
      return new XlaException(XlaException.Code.of(code), message);
    } finally {
      MemoryUtil.nmemFree(s);
    }
  }

  /** A copy of text that the plugin owns. */
  static String string(long address, long size) {
    return address == 0 || size == 0 ? "" : MemoryUtil.memUTF8(address, Math.toIntExact(size));
  }
}
