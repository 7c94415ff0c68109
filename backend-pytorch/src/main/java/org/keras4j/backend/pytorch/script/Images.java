package org.keras4j.backend.pytorch.script;

/**
 * Images as libtorch has them: channels before the spatial axes, of which there are at least two. The memory stays, so that an
 * array with channels last is what libtorch calls a channels-last tensor.
 */
public final class Images {
  private Images() {}

  /** {@code (batch, spatial..., channels)} as {@code (batch, channels, spatial...)}; one spatial axis becomes two. */
  public static String channelsFirst(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.permute(torch.unsqueeze(" + n + ", 1), [0, 3, 1, 2])";
      case 2 -> "torch.permute(" + n + ", [0, 3, 1, 2])";
      default -> "torch.permute(" + n + ", [0, 4, 1, 2, 3])";
    };
  }

  /** The way back. */
  public static String channelsLast(String n, int spatial) {
    return switch (spatial) {
      case 1 -> "torch.squeeze(torch.permute(" + n + ", [0, 2, 3, 1]), 1)";
      case 2 -> "torch.permute(" + n + ", [0, 2, 3, 1])";
      default -> "torch.permute(" + n + ", [0, 2, 3, 4, 1])";
    };
  }
}
