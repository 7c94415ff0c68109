package org.keras4j.backend.pytorch.claims;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.pytorch.script.Images;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.spi.Site;

/** Average pooling; of maximum pooling the primitives are kernels already. */
final class PoolingClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.put(Composites.AVERAGE_POOL.name(), new Average(false));
    ALL.put(Composites.AVERAGE_POOL.backward(), new Average(true));
  }

  private PoolingClaims() {}

  private record Average(boolean backward) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      LongList size = a.get(Composites.SIZE);
      LongList low = a.get(Composites.LOW);
      for (int i = 0; i < size.size(); i++) {
        long whole = in.get(0).dim(i + 1);
        if (2 * low.get(i) > size.get(i) || 0 <= whole && whole < size.get(i) - 2 * low.get(i)) {
          return false;
        }
      }
      return Claims.isSingleOrDouble(in.get(0)) && low.equals(a.get(Composites.HIGH));
    }

    @Override
    public boolean reads(int input, int inputs) {
      return !backward || input == 2;
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      TensorSpec x = site.in(0);
      int rank = x.rank();
      String geometry = list(a, "size", 1) + ", " + list(a, "stride", 1) + ", " + list(a, "low", 0)
          + ", False, False, None";
      String d = rank == 5 ? "3d" : "2d";
      String r;
      if (backward) {
        String like = "torch.empty(" + s.sizes(x.shape()) + ", " + s.options(x.dtype()) + ")";
        r = s.let("torch.avg_pool" + d + "_backward("
            + Images.channelsFirst(s.full(site.input(2)), rank - 2) + ", "
            + Images.channelsFirst(like, rank - 2) + ", " + geometry + ")");
      } else {
        r = s.let("torch.avg_pool" + d + "(" + Images.channelsFirst(s.full(site.input(0)), rank - 2)
            + ", " + geometry + ")");
      }
      return List.of(Term.of(s.view(Images.channelsLast(r, rank - 2), r), site.out(0)));
    }

    private static String list(Attributes a, String name, long neutral) {
      LongList l = (LongList) a.get(name);
      return l.size() > 1 ? Script.list(l.toArray()) : Script.list(neutral, l.get(0));
    }
  }
}
