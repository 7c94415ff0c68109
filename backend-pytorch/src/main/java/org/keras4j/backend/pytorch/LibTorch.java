package org.keras4j.backend.pytorch;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.NativeHeap;
import org.keras4j.core.spi.NativeMemory;
import org.keras4j.core.spi.NativeSearch;
import org.keras4j.core.spi.Processors;

/** Loads libtorch, and tells its version. */
final class LibTorch {
  /** What tensors hold outside the Java heap. */
  static final NativeMemory MEMORY = new NativeMemory("pytorch");

  private LibTorch() {}

  static void load() {
    // JavaCPP otherwise reads /proc on every allocation, and fails above a limit of the process's
    // memory; the memory of tensors is watched by NativeMemory instead
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null
        && System.getProperty("org.bytedeco.javacpp.maxphysicalbytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    try {
      shareThreads();
      preferMkl();
      NativeSearch.remembered(Loader.class, "pytorch", () -> Loader.load(torch.class));
      NativeHeap.keepFreed(LibC::mallopt);
      // it complains of processors that it does not know at each convolution, and rounds more than
      // others
      torch.globalContext().setUserEnabledNNPACK(false);
    } catch (LinkageError | RuntimeException e) {
      throw new BackendException(
          "Backend 'pytorch' cannot load libtorch: "
              + e.getMessage()
              + ". "
              + NativeSearch.advice(
                  LibTorch.class,
                  Loader.getPlatform(),
                  "org.bytedeco.javacpp",
                  "org.bytedeco.openblas",
                  "org.bytedeco.pytorch"),
          e);
    }
  }

  // Between operations OpenMP's threads look for work some 0.2 ms. Spinning on would cost Java's
  // threads their cores, sleeping at once a call of the kernel for each operation. MKL's products
  // run on the same threads; those of its own would get in the way of these.
  // libtorch itself would take every processor of the machine, whatever a container may use, and of
  // a
  // virtual machine's two processors one.
  private static void shareThreads() {
    if (System.getenv("MKL_NUM_THREADS") == null) {
      LibC.FUNCTIONS.setDefault("OMP_NUM_THREADS", Integer.toString(Processors.cores()));
    }
    LibC.FUNCTIONS.setDefault("GOMP_SPINCOUNT", "10000");
    LibC.FUNCTIONS.setDefault("OMP_WAIT_POLICY", "PASSIVE");
    if (Loader.getPlatform().startsWith("linux")) {
      LibC.FUNCTIONS.setDefault("MKL_THREADING_LAYER", "GNU");
    }
  }

  // the preset takes MKL for its matrix products only when told to
  private static void preferMkl() {
    String key = "org.bytedeco.openblas.load";
    String library = "org/bytedeco/mkl/" + Loader.getPlatform() + "/libmkl_rt.so.2";
    if (System.getProperty(key) == null
        && LibTorch.class.getClassLoader().getResource(library) != null) {
      System.setProperty(key, "mkl");
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
