// mesh batch=2 model=2
// input x float32(32, 16)
// input y int32(32,)
// weight w0 mlp/up/kernel float32(16, 64)
// weight w1 mlp/up/bias float32(64,)
// weight w2 mlp/down/kernel float32(64, 8)
// weight w3 mlp/down/bias float32(8,)
// weight w4 adam_30/learning_rate float32()
// weight w5 adam_30/iteration int32()
// weight w6 adam_30/mlp_up_kernel_momentum float32(16, 64)
// weight w7 adam_30/mlp_up_bias_momentum float32(64,)
// weight w8 adam_30/mlp_down_kernel_momentum float32(64, 8)
// weight w9 adam_30/mlp_down_bias_momentum float32(8,)
// weight w10 adam_30/mlp_up_kernel_velocity float32(16, 64)
// weight w11 adam_30/mlp_up_bias_velocity float32(64,)
// weight w12 adam_30/mlp_down_kernel_velocity float32(64, 8)
// weight w13 adam_30/mlp_down_bias_velocity float32(8,)
// weight w14 loss/total float32()
// weight w15 loss/count float32()
// weight w16 accuracy/total float32()
// weight w17 accuracy/count float32()
// output accuracy float32()
// output loss float32()
// state w0 mlp/up/kernel float32(16, 64)
// state w1 mlp/up/bias float32(64,)
// state w2 mlp/down/kernel float32(64, 8)
// state w3 mlp/down/bias float32(8,)
// state w6 adam_30/mlp_up_kernel_momentum float32(16, 64)
// state w7 adam_30/mlp_up_bias_momentum float32(64,)
// state w8 adam_30/mlp_down_kernel_momentum float32(64, 8)
// state w9 adam_30/mlp_down_bias_momentum float32(8,)
// state w10 adam_30/mlp_up_kernel_velocity float32(16, 64)
// state w11 adam_30/mlp_up_bias_velocity float32(64,)
// state w12 adam_30/mlp_down_kernel_velocity float32(64, 8)
// state w13 adam_30/mlp_down_bias_velocity float32(8,)
// state w5 adam_30/iteration int32()
// state w14 loss/total float32()
// state w15 loss/count float32()
// state w16 accuracy/total float32()
// state w17 accuracy/count float32()
module attributes{mhlo.num_partitions=4:i32,mhlo.num_replicas=1:i32}{sdy.mesh @mesh=<["batch"=2,"model"=2]>
func.func public @main(%a0:tensor<32x16xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"batch"},{}]>},%a1:tensor<32xi32>{sdy.sharding=#sdy.sharding<@mesh,[{"batch"}]>},%a2:tensor<16x64xf32>{tf.aliasing_output=2:i32,sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},%a3:tensor<64xf32>{tf.aliasing_output=3:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},%a4:tensor<64x8xf32>{tf.aliasing_output=4:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},%a5:tensor<8xf32>{tf.aliasing_output=5:i32,sdy.sharding=#sdy.sharding<@mesh,[{}]>},%a6:tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},%a7:tensor<i32>{tf.aliasing_output=14:i32,sdy.sharding=#sdy.sharding<@mesh,[]>},%a8:tensor<16x64xf32>{tf.aliasing_output=6:i32,sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},%a9:tensor<64xf32>{tf.aliasing_output=7:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},%a10:tensor<64x8xf32>{tf.aliasing_output=8:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},%a11:tensor<8xf32>{tf.aliasing_output=9:i32,sdy.sharding=#sdy.sharding<@mesh,[{}]>},%a12:tensor<16x64xf32>{tf.aliasing_output=10:i32,sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},%a13:tensor<64xf32>{tf.aliasing_output=11:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},%a14:tensor<64x8xf32>{tf.aliasing_output=12:i32,sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},%a15:tensor<8xf32>{tf.aliasing_output=13:i32,sdy.sharding=#sdy.sharding<@mesh,[{}]>},%a16:tensor<f32>{tf.aliasing_output=15:i32,sdy.sharding=#sdy.sharding<@mesh,[]>},%a17:tensor<f32>{tf.aliasing_output=16:i32,sdy.sharding=#sdy.sharding<@mesh,[]>},%a18:tensor<f32>{tf.aliasing_output=17:i32,sdy.sharding=#sdy.sharding<@mesh,[]>},%a19:tensor<f32>{tf.aliasing_output=18:i32,sdy.sharding=#sdy.sharding<@mesh,[]>})->(tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<16x64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},tensor<64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},tensor<64x8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},tensor<8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{}]>},tensor<16x64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},tensor<64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},tensor<64x8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},tensor<8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{}]>},tensor<16x64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>},tensor<64xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"}]>},tensor<64x8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"model"},{}]>},tensor<8xf32>{sdy.sharding=#sdy.sharding<@mesh,[{}]>},tensor<i32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>},tensor<f32>{sdy.sharding=#sdy.sharding<@mesh,[]>}){
%v0=stablehlo.dot_general %a0,%a2,contracting_dims=[1]x[0],precision=[HIGHEST,HIGHEST] : (tensor<32x16xf32>,tensor<16x64xf32>)->tensor<32x64xf32>
%v1=stablehlo.broadcast_in_dim %a3,dims=[1] : (tensor<64xf32>)->tensor<32x64xf32>
%v2=stablehlo.add %v0,%v1 : tensor<32x64xf32>
%v3=stablehlo.constant dense<0.0> : tensor<f32>
%v4=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x64xf32>
%v5=stablehlo.compare LE,%v2,%v4,FLOAT : (tensor<32x64xf32>,tensor<32x64xf32>)->tensor<32x64xi1>
%v6=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x64xf32>
%v7=stablehlo.select %v5,%v6,%v2 : tensor<32x64xi1>,tensor<32x64xf32>
%v8=sdy.sharding_constraint %v7 <@mesh,[{"batch"},{"model"}]> : tensor<32x64xf32>
%v9=stablehlo.dot_general %v8,%a4,contracting_dims=[1]x[0],precision=[HIGHEST,HIGHEST] : (tensor<32x64xf32>,tensor<64x8xf32>)->tensor<32x8xf32>
%va=stablehlo.broadcast_in_dim %a5,dims=[1] : (tensor<8xf32>)->tensor<32x8xf32>
%vb=stablehlo.add %v9,%va : tensor<32x8xf32>
%vc=stablehlo.constant dense<0xFF800000> : tensor<f32>
%vd=stablehlo.reduce(%vb init: %vc) applies stablehlo.maximum across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%ve=stablehlo.reshape %vd : (tensor<32xf32>)->tensor<32x1xf32>
%vf=stablehlo.broadcast_in_dim %ve,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%vg=stablehlo.subtract %vb,%vf : tensor<32x8xf32>
%vh=stablehlo.exponential %vg : tensor<32x8xf32>
%vi=stablehlo.reduce(%vh init: %v3) applies stablehlo.add across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%vj=stablehlo.reshape %vi : (tensor<32xf32>)->tensor<32x1xf32>
%vk=stablehlo.broadcast_in_dim %vj,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%vl=stablehlo.divide %vh,%vk : tensor<32x8xf32>
%vm=stablehlo.convert %a1 : (tensor<32xi32>)->tensor<32xf32>
%vn=stablehlo.convert %vm : (tensor<32xf32>)->tensor<32xi32>
%vo=stablehlo.reduce(%vl init: %v3) applies stablehlo.add across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%vp=stablehlo.reshape %vo : (tensor<32xf32>)->tensor<32x1xf32>
%vq=stablehlo.broadcast_in_dim %vp,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%vr=stablehlo.divide %vl,%vq : tensor<32x8xf32>
%vs=stablehlo.constant dense<0x33D6BF95> : tensor<f32>
%vt=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%vu=stablehlo.maximum %vr,%vt : tensor<32x8xf32>
%vv=stablehlo.constant dense<0x3F7FFFFE> : tensor<f32>
%vw=stablehlo.broadcast_in_dim %vv,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%vx=stablehlo.minimum %vu,%vw : tensor<32x8xf32>
%vy=stablehlo.log %vx : tensor<32x8xf32>
%vz=stablehlo.reshape %vn : (tensor<32xi32>)->tensor<32x1xi32>
%v10=stablehlo.iota dim=0 : tensor<8xi32>
%v11=stablehlo.broadcast_in_dim %vz,dims=[0,1] : (tensor<32x1xi32>)->tensor<32x8xi32>
%v12=stablehlo.broadcast_in_dim %v10,dims=[1] : (tensor<8xi32>)->tensor<32x8xi32>
%v13=stablehlo.compare EQ,%v11,%v12,SIGNED : (tensor<32x8xi32>,tensor<32x8xi32>)->tensor<32x8xi1>
%v14=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v15=stablehlo.select %v13,%vy,%v14 : tensor<32x8xi1>,tensor<32x8xf32>
%v16=stablehlo.reduce(%v15 init: %v3) applies stablehlo.add across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%v17=stablehlo.negate %v16 : tensor<32xf32>
%v18=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32xf32>
%v19=stablehlo.maximum %vm,%v18 : tensor<32xf32>
%v1a=stablehlo.constant dense<7.0> : tensor<f32>
%v1b=stablehlo.broadcast_in_dim %v1a,dims=[] : (tensor<f32>)->tensor<32xf32>
%v1c=stablehlo.minimum %v19,%v1b : tensor<32xf32>
%v1d=stablehlo.compare EQ,%v1c,%vm,FLOAT : (tensor<32xf32>,tensor<32xf32>)->tensor<32xi1>
%v1e=stablehlo.constant dense<0x7FC00000> : tensor<f32>
%v1f=stablehlo.broadcast_in_dim %v1e,dims=[] : (tensor<f32>)->tensor<32xf32>
%v1g=stablehlo.select %v1d,%v17,%v1f : tensor<32xi1>,tensor<32xf32>
%v1h=stablehlo.reduce(%v1g init: %v3) applies stablehlo.add across dimensions=[0] : (tensor<32xf32>,tensor<f32>)->tensor<f32>
%v1i=stablehlo.constant dense<32.0> : tensor<f32>
%v1j=stablehlo.constant dense<1.0> : tensor<f32>
%v1k=stablehlo.divide %v1h,%v1i : tensor<f32>
%v1l=stablehlo.constant dense<0x3D000000> : tensor<1xf32>
%v1m=stablehlo.broadcast_in_dim %v1l,dims=[0] : (tensor<1xf32>)->tensor<32xf32>
%v1n=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32xf32>
%v1o=stablehlo.select %v1d,%v1m,%v1n : tensor<32xi1>,tensor<32xf32>
%v1p=stablehlo.negate %v1o : tensor<32xf32>
%v1q=stablehlo.reshape %v1p : (tensor<32xf32>)->tensor<32x1xf32>
%v1r=stablehlo.broadcast_in_dim %v1q,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v1s=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v1t=stablehlo.select %v13,%v1r,%v1s : tensor<32x8xi1>,tensor<32x8xf32>
%v1u=stablehlo.divide %v1t,%vx : tensor<32x8xf32>
%v1v=stablehlo.broadcast_in_dim %vv,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v1w=stablehlo.compare EQ,%v1v,%vu,FLOAT : (tensor<32x8xf32>,tensor<32x8xf32>)->tensor<32x8xi1>
%v1x=stablehlo.constant dense<0x3F000000> : tensor<f32>
%v1y=stablehlo.broadcast_in_dim %v1x,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v1z=stablehlo.multiply %v1u,%v1y : tensor<32x8xf32>
%v20=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v21=stablehlo.select %v1w,%v1z,%v20 : tensor<32x8xi1>,tensor<32x8xf32>
%v22=stablehlo.broadcast_in_dim %vv,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v23=stablehlo.compare GT,%v22,%vu,FLOAT : (tensor<32x8xf32>,tensor<32x8xf32>)->tensor<32x8xi1>
%v24=stablehlo.select %v23,%v1u,%v21 : tensor<32x8xi1>,tensor<32x8xf32>
%v25=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v26=stablehlo.compare EQ,%vr,%v25,FLOAT : (tensor<32x8xf32>,tensor<32x8xf32>)->tensor<32x8xi1>
%v27=stablehlo.broadcast_in_dim %v1x,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v28=stablehlo.multiply %v24,%v27 : tensor<32x8xf32>
%v29=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v2a=stablehlo.select %v26,%v28,%v29 : tensor<32x8xi1>,tensor<32x8xf32>
%v2b=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v2c=stablehlo.compare GT,%vr,%v2b,FLOAT : (tensor<32x8xf32>,tensor<32x8xf32>)->tensor<32x8xi1>
%v2d=stablehlo.select %v2c,%v24,%v2a : tensor<32x8xi1>,tensor<32x8xf32>
%v2e=stablehlo.broadcast_in_dim %vp,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2f=stablehlo.divide %v2d,%v2e : tensor<32x8xf32>
%v2g=stablehlo.broadcast_in_dim %vp,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2h=stablehlo.divide %vr,%v2g : tensor<32x8xf32>
%v2i=stablehlo.multiply %v2d,%v2h : tensor<32x8xf32>
%v2j=stablehlo.negate %v2i : tensor<32x8xf32>
%v2k=stablehlo.reduce(%v2j init: %v3) applies stablehlo.add across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%v2l=stablehlo.reshape %v2k : (tensor<32xf32>)->tensor<32x1xf32>
%v2m=stablehlo.broadcast_in_dim %v2l,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2n=stablehlo.add %v2f,%v2m : tensor<32x8xf32>
%v2o=stablehlo.broadcast_in_dim %vj,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2p=stablehlo.divide %v2n,%v2o : tensor<32x8xf32>
%v2q=stablehlo.broadcast_in_dim %vj,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2r=stablehlo.divide %vl,%v2q : tensor<32x8xf32>
%v2s=stablehlo.multiply %v2n,%v2r : tensor<32x8xf32>
%v2t=stablehlo.negate %v2s : tensor<32x8xf32>
%v2u=stablehlo.reduce(%v2t init: %v3) applies stablehlo.add across dimensions=[1] : (tensor<32x8xf32>,tensor<f32>)->tensor<32xf32>
%v2v=stablehlo.reshape %v2u : (tensor<32xf32>)->tensor<32x1xf32>
%v2w=stablehlo.broadcast_in_dim %v2v,dims=[0,1] : (tensor<32x1xf32>)->tensor<32x8xf32>
%v2x=stablehlo.add %v2p,%v2w : tensor<32x8xf32>
%v2y=stablehlo.multiply %v2x,%vh : tensor<32x8xf32>
%v2z=stablehlo.reduce(%v2y init: %v3) applies stablehlo.add across dimensions=[0] : (tensor<32x8xf32>,tensor<f32>)->tensor<8xf32>
%v30=stablehlo.dot_general %v2y,%a4,contracting_dims=[1]x[1],precision=[HIGHEST,HIGHEST] : (tensor<32x8xf32>,tensor<64x8xf32>)->tensor<32x64xf32>
%v31=stablehlo.dot_general %v8,%v2y,contracting_dims=[0]x[0],precision=[HIGHEST,HIGHEST] : (tensor<32x64xf32>,tensor<32x8xf32>)->tensor<64x8xf32>
%v32=sdy.sharding_constraint %v30 <@mesh,[{"batch"},{"model"}]> : tensor<32x64xf32>
%v33=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x64xf32>
%v34=stablehlo.select %v5,%v33,%v32 : tensor<32x64xi1>,tensor<32x64xf32>
%v35=stablehlo.reduce(%v34 init: %v3) applies stablehlo.add across dimensions=[0] : (tensor<32x64xf32>,tensor<f32>)->tensor<64xf32>
%v36=stablehlo.dot_general %a0,%v34,contracting_dims=[0]x[0],precision=[HIGHEST,HIGHEST] : (tensor<32x16xf32>,tensor<32x64xf32>)->tensor<16x64xf32>
%v37=stablehlo.constant dense<1> : tensor<i32>
%v38=stablehlo.add %a7,%v37 : tensor<i32>
%v39=stablehlo.convert %v38 : (tensor<i32>)->tensor<f32>
%v3a=stablehlo.constant dense<0x3F666666> : tensor<f32>
%v3b=stablehlo.power %v3a,%v39 : tensor<f32>
%v3c=stablehlo.constant dense<0x3F7FBE77> : tensor<f32>
%v3d=stablehlo.power %v3c,%v39 : tensor<f32>
%v3e=stablehlo.subtract %v1j,%v3d : tensor<f32>
%v3f=stablehlo.sqrt %v3e : tensor<f32>
%v3g=stablehlo.multiply %a6,%v3f : tensor<f32>
%v3h=stablehlo.subtract %v1j,%v3b : tensor<f32>
%v3i=stablehlo.divide %v3g,%v3h : tensor<f32>
%v3j=stablehlo.subtract %v36,%a8 : tensor<16x64xf32>
%v3k=stablehlo.constant dense<0x3DCCCCCD> : tensor<f32>
%v3l=stablehlo.broadcast_in_dim %v3k,dims=[] : (tensor<f32>)->tensor<16x64xf32>
%v3m=stablehlo.multiply %v3j,%v3l : tensor<16x64xf32>
%v3n=stablehlo.add %a8,%v3m : tensor<16x64xf32>
%v3o=stablehlo.multiply %v36,%v36 : tensor<16x64xf32>
%v3p=stablehlo.subtract %v3o,%a12 : tensor<16x64xf32>
%v3q=stablehlo.constant dense<0x3A83126F> : tensor<f32>
%v3r=stablehlo.broadcast_in_dim %v3q,dims=[] : (tensor<f32>)->tensor<16x64xf32>
%v3s=stablehlo.multiply %v3p,%v3r : tensor<16x64xf32>
%v3t=stablehlo.add %a12,%v3s : tensor<16x64xf32>
%v3u=stablehlo.broadcast_in_dim %v3i,dims=[] : (tensor<f32>)->tensor<16x64xf32>
%v3v=stablehlo.multiply %v3n,%v3u : tensor<16x64xf32>
%v3w=stablehlo.sqrt %v3t : tensor<16x64xf32>
%v3x=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<16x64xf32>
%v3y=stablehlo.add %v3w,%v3x : tensor<16x64xf32>
%v3z=stablehlo.divide %v3v,%v3y : tensor<16x64xf32>
%v40=stablehlo.subtract %a2,%v3z : tensor<16x64xf32>
%v41=stablehlo.subtract %v35,%a9 : tensor<64xf32>
%v42=stablehlo.broadcast_in_dim %v3k,dims=[] : (tensor<f32>)->tensor<64xf32>
%v43=stablehlo.multiply %v41,%v42 : tensor<64xf32>
%v44=stablehlo.add %a9,%v43 : tensor<64xf32>
%v45=stablehlo.multiply %v35,%v35 : tensor<64xf32>
%v46=stablehlo.subtract %v45,%a13 : tensor<64xf32>
%v47=stablehlo.broadcast_in_dim %v3q,dims=[] : (tensor<f32>)->tensor<64xf32>
%v48=stablehlo.multiply %v46,%v47 : tensor<64xf32>
%v49=stablehlo.add %a13,%v48 : tensor<64xf32>
%v4a=stablehlo.broadcast_in_dim %v3i,dims=[] : (tensor<f32>)->tensor<64xf32>
%v4b=stablehlo.multiply %v44,%v4a : tensor<64xf32>
%v4c=stablehlo.sqrt %v49 : tensor<64xf32>
%v4d=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<64xf32>
%v4e=stablehlo.add %v4c,%v4d : tensor<64xf32>
%v4f=stablehlo.divide %v4b,%v4e : tensor<64xf32>
%v4g=stablehlo.subtract %a3,%v4f : tensor<64xf32>
%v4h=stablehlo.subtract %v31,%a10 : tensor<64x8xf32>
%v4i=stablehlo.broadcast_in_dim %v3k,dims=[] : (tensor<f32>)->tensor<64x8xf32>
%v4j=stablehlo.multiply %v4h,%v4i : tensor<64x8xf32>
%v4k=stablehlo.add %a10,%v4j : tensor<64x8xf32>
%v4l=stablehlo.multiply %v31,%v31 : tensor<64x8xf32>
%v4m=stablehlo.subtract %v4l,%a14 : tensor<64x8xf32>
%v4n=stablehlo.broadcast_in_dim %v3q,dims=[] : (tensor<f32>)->tensor<64x8xf32>
%v4o=stablehlo.multiply %v4m,%v4n : tensor<64x8xf32>
%v4p=stablehlo.add %a14,%v4o : tensor<64x8xf32>
%v4q=stablehlo.broadcast_in_dim %v3i,dims=[] : (tensor<f32>)->tensor<64x8xf32>
%v4r=stablehlo.multiply %v4k,%v4q : tensor<64x8xf32>
%v4s=stablehlo.sqrt %v4p : tensor<64x8xf32>
%v4t=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<64x8xf32>
%v4u=stablehlo.add %v4s,%v4t : tensor<64x8xf32>
%v4v=stablehlo.divide %v4r,%v4u : tensor<64x8xf32>
%v4w=stablehlo.subtract %a4,%v4v : tensor<64x8xf32>
%v4x=stablehlo.subtract %v2z,%a11 : tensor<8xf32>
%v4y=stablehlo.broadcast_in_dim %v3k,dims=[] : (tensor<f32>)->tensor<8xf32>
%v4z=stablehlo.multiply %v4x,%v4y : tensor<8xf32>
%v50=stablehlo.add %a11,%v4z : tensor<8xf32>
%v51=stablehlo.multiply %v2z,%v2z : tensor<8xf32>
%v52=stablehlo.subtract %v51,%a15 : tensor<8xf32>
%v53=stablehlo.broadcast_in_dim %v3q,dims=[] : (tensor<f32>)->tensor<8xf32>
%v54=stablehlo.multiply %v52,%v53 : tensor<8xf32>
%v55=stablehlo.add %a15,%v54 : tensor<8xf32>
%v56=stablehlo.broadcast_in_dim %v3i,dims=[] : (tensor<f32>)->tensor<8xf32>
%v57=stablehlo.multiply %v50,%v56 : tensor<8xf32>
%v58=stablehlo.sqrt %v55 : tensor<8xf32>
%v59=stablehlo.broadcast_in_dim %vs,dims=[] : (tensor<f32>)->tensor<8xf32>
%v5a=stablehlo.add %v58,%v59 : tensor<8xf32>
%v5b=stablehlo.divide %v57,%v5a : tensor<8xf32>
%v5c=stablehlo.subtract %a5,%v5b : tensor<8xf32>
%v5d=stablehlo.multiply %v1k,%v1i : tensor<f32>
%v5e=stablehlo.add %a16,%v5d : tensor<f32>
%v5f=stablehlo.add %a17,%v1i : tensor<f32>
%v5g=stablehlo.broadcast_in_dim %v3,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v5h=stablehlo.compare EQ,%vl,%v5g,FLOAT : (tensor<32x8xf32>,tensor<32x8xf32>)->tensor<32x8xi1>
%v5i=stablehlo.bitcast_convert %vl : (tensor<32x8xf32>)->tensor<32x8xi32>
%v5j=stablehlo.constant dense<0> : tensor<i32>
%v5k=stablehlo.broadcast_in_dim %v5j,dims=[] : (tensor<i32>)->tensor<32x8xi32>
%v5l=stablehlo.compare LT,%v5i,%v5k,SIGNED : (tensor<32x8xi32>,tensor<32x8xi32>)->tensor<32x8xi1>
%v5m=stablehlo.and %v5h,%v5l : tensor<32x8xi1>
%v5n=stablehlo.constant dense<0x80800000> : tensor<f32>
%v5o=stablehlo.broadcast_in_dim %v5n,dims=[] : (tensor<f32>)->tensor<32x8xf32>
%v5p=stablehlo.select %v5m,%v5o,%vl : tensor<32x8xi1>,tensor<32x8xf32>
%v5q=stablehlo.bitcast_convert %v5p : (tensor<32x8xf32>)->tensor<32x8xi32>
%v5r=stablehlo.constant dense<2147483647> : tensor<32x8xi32>
%v5s=stablehlo.and %v5q,%v5r : tensor<32x8xi32>
%v5t=stablehlo.constant dense<0> : tensor<32x8xi32>
%v5u=stablehlo.compare LT,%v5q,%v5t,SIGNED : (tensor<32x8xi32>,tensor<32x8xi32>)->tensor<32x8xi1>
%v5v=stablehlo.negate %v5s : tensor<32x8xi32>
%v5w=stablehlo.select %v5u,%v5v,%v5s : tensor<32x8xi1>,tensor<32x8xi32>
%v5x=stablehlo.constant dense<2139095040> : tensor<32x8xi32>
%v5y=stablehlo.compare GT,%v5s,%v5x,SIGNED : (tensor<32x8xi32>,tensor<32x8xi32>)->tensor<32x8xi1>
%v5z=stablehlo.select %v5y,%v5r,%v5w : tensor<32x8xi1>,tensor<32x8xi32>
%v60=stablehlo.constant dense<-2147483648> : tensor<i32>
%v61=stablehlo.reduce(%v5z init: %v60) applies stablehlo.maximum across dimensions=[1] : (tensor<32x8xi32>,tensor<i32>)->tensor<32xi32>
%v62=stablehlo.broadcast_in_dim %v61,dims=[0] : (tensor<32xi32>)->tensor<32x8xi32>
%v63=stablehlo.compare EQ,%v5z,%v62,SIGNED : (tensor<32x8xi32>,tensor<32x8xi32>)->tensor<32x8xi1>
%v64=stablehlo.iota dim=1 : tensor<32x8xi32>
%v65=stablehlo.select %v63,%v64,%v5r : tensor<32x8xi1>,tensor<32x8xi32>
%v66=stablehlo.constant dense<2147483647> : tensor<i32>
%v67=stablehlo.reduce(%v65 init: %v66) applies stablehlo.minimum across dimensions=[1] : (tensor<32x8xi32>,tensor<i32>)->tensor<32xi32>
%v68=stablehlo.convert %v67 : (tensor<32xi32>)->tensor<32xf32>
%v69=stablehlo.compare EQ,%vm,%v68,FLOAT : (tensor<32xf32>,tensor<32xf32>)->tensor<32xi1>
%v6a=stablehlo.convert %v69 : (tensor<32xi1>)->tensor<32xf32>
%v6b=stablehlo.reduce(%v6a init: %v3) applies stablehlo.add across dimensions=[0] : (tensor<32xf32>,tensor<f32>)->tensor<f32>
%v6c=stablehlo.add %a18,%v6b : tensor<f32>
%v6d=stablehlo.add %a19,%v1i : tensor<f32>
%v6e=stablehlo.compare EQ,%v5f,%v3,FLOAT : (tensor<f32>,tensor<f32>)->tensor<i1>
%v6f=stablehlo.select %v6e,%v1j,%v5f : tensor<i1>,tensor<f32>
%v6g=stablehlo.divide %v5e,%v6f : tensor<f32>
%v6h=stablehlo.select %v6e,%v3,%v6g : tensor<i1>,tensor<f32>
%v6i=stablehlo.compare EQ,%v6d,%v3,FLOAT : (tensor<f32>,tensor<f32>)->tensor<i1>
%v6j=stablehlo.select %v6i,%v1j,%v6d : tensor<i1>,tensor<f32>
%v6k=stablehlo.divide %v6c,%v6j : tensor<f32>
%v6l=stablehlo.select %v6i,%v3,%v6k : tensor<i1>,tensor<f32>
return %v6l,%v6h,%v40,%v4g,%v4w,%v5c,%v3n,%v44,%v4k,%v50,%v3t,%v49,%v4p,%v55,%v38,%v5e,%v5f,%v6c,%v6d : tensor<f32>,tensor<f32>,tensor<16x64xf32>,tensor<64xf32>,tensor<64x8xf32>,tensor<8xf32>,tensor<16x64xf32>,tensor<64xf32>,tensor<64x8xf32>,tensor<8xf32>,tensor<16x64xf32>,tensor<64xf32>,tensor<64x8xf32>,tensor<8xf32>,tensor<i32>,tensor<f32>,tensor<f32>,tensor<f32>,tensor<f32>
}}
