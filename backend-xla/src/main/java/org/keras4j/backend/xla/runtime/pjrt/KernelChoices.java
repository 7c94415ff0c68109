package org.keras4j.backend.xla.runtime.pjrt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaException;

/**
 * Which kernels XLA found to be the fastest by trying them on a GPU, which is most of what compiling takes there: kept in a
 * directory beside the compiled programs, so that another program with the same products need not try again.
 */
final class KernelChoices {
  static final String FLAG = "xla_gpu_per_fusion_autotune_cache_dir";

  private final @Nullable Path directory;
  private volatile boolean refused;

  KernelChoices(@Nullable Path cache, boolean cuda) {
    this.directory = cache != null && cuda ? cache.resolve("kernels") : null;
  }

  /** These flags, and that which names the directory. */
  Map<String, String> flags(Map<String, String> given) {
    if (directory == null || refused || given.containsKey(FLAG)) {
      return given;
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      return given; // tried anew each time
    }
    Map<String, String> all = new LinkedHashMap<>(given);
    all.put(FLAG, directory.toString());
    return all;
  }

  /** Whether a compilation failed since the plugin does not know the flag, which it then is not given again. */
  boolean isRefusal(XlaException e) {
    boolean refusal =
        directory != null && !refused && String.valueOf(e.getMessage()).contains(FLAG);
    refused |= refusal;
    return refusal;
  }
}
