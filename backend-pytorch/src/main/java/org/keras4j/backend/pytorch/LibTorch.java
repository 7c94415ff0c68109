package org.keras4j.backend.pytorch;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.core.spi.BackendException;

/** Loads libtorch, and tells its version. */
final class LibTorch {
  private LibTorch() {}

  static void load() {
    // JavaCPP otherwise reads /proc on every allocation, and fails above a limit of the process's
    // memory; the memory of tensors is watched by NativeMemory instead
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null
        && System.getProperty("org.bytedeco.javacpp.maxphysicalbytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    try {
      Loader.load(torch.class);
    } catch (LinkageError | RuntimeException e) {
      throw new BackendException(
          "Backend 'pytorch' cannot load libtorch: "
              + e.getMessage()
              + ". Are the natives of org.bytedeco:pytorch for platform '"
              + Loader.getPlatform()
              + "' on the class path?",
          e);
    }
  }

  static String version() {
    try {
      String v = Loader.getVersion("org.bytedeco", "pytorch");
      return v == null ? "unknown" : v.split("-")[0];
    } catch (IOException e) {
      return "unknown";
    }
  }
}
