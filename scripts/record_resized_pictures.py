"""Pictures in other sizes, as the Python Imaging Library makes them, for PictureResizeTest.

    usage: python scripts/record_resized_pictures.py training/src/test/resources/org/keras4j/training/data
"""

import os
import sys

import numpy as np
from PIL import Image
F = sys.argv[1] + "/"
os.makedirs(F,exist_ok=True)
rng=np.random.default_rng(4); g={}
R=Image.Resampling
M={"nearest":R.NEAREST,"bilinear":R.BILINEAR,"bicubic":R.BICUBIC,"hamming":R.HAMMING,"box":R.BOX,"lanczos":R.LANCZOS}
for mode,n in (("L",1),("RGB",3),("RGBA",4)):
    a=rng.integers(0,256,(11,13,n)).astype("uint8"); g["in_"+mode]=a
    im=Image.fromarray(a[...,0] if n==1 else a,mode)
    for name,m in M.items():
        for (h,w) in ((5,7),(20,17),(11,30),(4,13)):
            out=np.asarray(im.resize((w,h),m)); g[f"out_{mode}_{name}_{h}_{w}_0"]=out.reshape(h,w,n)
            width,height=im.size
            ch=min(height,(width*h)//w); cw=min(width,(height*w)//h); hs=(height-ch)//2; ws=(width-cw)//2
            out=np.asarray(im.resize((w,h),m,box=[ws,hs,ws+cw,hs+ch])); g[f"out_{mode}_{name}_{h}_{w}_1"]=out.reshape(h,w,n)
np.savez_compressed(F+"resized_pictures.npz",**g); print(len(g), os.path.getsize(F+"resized_pictures.npz"))
