// mesh batch=2 model=2
// input x float32(6, 4)
// weight w0 small/d/kernel float32(4, 2)
// output output float32(6, 2)
module attributes{mhlo.num_partitions=4:i32,mhlo.num_replicas=1:i32}{sdy.mesh @mesh=<["batch"=2,"model"=2]>
func.func public @main(%a0:tensor<6x4xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"batch"},{}]>},%a1:tensor<4x2xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{"model"}]>})->(tensor<6x2xf32>{sdy.sharding=#sdy.sharding<@mesh,[{"batch"},{}]>}){
%v0=stablehlo.dot_general %a0,%a1,contracting_dims=[1]x[0],precision=[HIGHEST,HIGHEST] : (tensor<6x4xf32>,tensor<4x2xf32>)->tensor<6x2xf32>
%v1=sdy.sharding_constraint %v0 <@mesh,[{"batch"},{"model"}]> : tensor<6x2xf32>
return %v1 : tensor<6x2xf32>
}}
