package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_Version;

import org.bytedeco.javacpp.Loader;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.NativeHeap;
import org.keras4j.core.spi.NativeMemory;
import org.keras4j.core.spi.NativeSearch;

/**
 * TensorFlow's native libraries, loaded with two of its settings changed, unless the environment has them:
 *
 * <ul>
 *   <li>the log is silent ({@code TF_CPP_MIN_LOG_LEVEL=3}); system property {@code keras4j.tensorflow.log}
 *       set to {@code true} leaves it on
 *   <li>oneDNN's kernels are used ({@code TF_ENABLE_ONEDNN_OPTS=1}) where the processor has vectors of 512 bits, with
 *       which convolutions take about half the time; system property {@code keras4j.tensorflow.onednn} set to
 *       {@code true} has them used on others too, set to {@code false} it leaves the choice to TensorFlow
 * </ul>
 */
public final class TensorFlowLibrary {
  /** What tensors and compiled functions hold outside the Java heap. */
  public static final NativeMemory MEMORY = new NativeMemory("tensorflow");

  private static boolean loaded;

  private TensorFlowLibrary() {}

  /**
   * Loads the libraries; a second call does nothing.
   *
   * @throws BackendException if they cannot be had, saying why
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      // JavaCPP would refuse to allocate once the process is large, whoever made it so
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    // before loading: static initializers read them
    if (!Boolean.getBoolean("keras4j.tensorflow.log")) {
      LibC.FUNCTIONS.setDefault("TF_CPP_MIN_LOG_LEVEL", "3");
    }
    String wish = System.getProperty("keras4j.tensorflow.onednn");
    if (wish == null ? Processor.hasWideVectors() : wish.equals("true")) {
      LibC.FUNCTIONS.setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
    }
    try {
      NativeSearch.remembered(
          Loader.class,
          "tensorflow",
          () -> Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class));
      NativeHeap.keepFreed(LibC::mallopt);
    } catch (LinkageError | RuntimeException e) {
      throw new BackendException(
          "TensorFlow's native libraries do not load on "
              + Loader.getPlatform()
              + ": "
              + e.getMessage()
              + ". "
              + NativeSearch.advice(
                  TensorFlowLibrary.class, Loader.getPlatform(), "tensorflow.nativelib"),
          e);
    }
    loaded = true;
  }

  /** TensorFlow's version, {@code "2.18.0"}. */
  public static String version() {
    load();
    return TF_Version().getString();
  }
}
