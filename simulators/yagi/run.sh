#!/bin/sh
# Reads deck.nec.in; drops the directors above NDIR, puts the feed in the middle segment, runs nec2c, prints figures
n=$(sed -n 's/^NDIR=//p' deck.nec.in); nseg=$(awk '$1=="GW"{print $3; exit}' deck.nec.in)
awk -v n="$n" -v mid=$(( (nseg+1)/2 )) '
 /^NDIR/ {next}
 $1=="GW" && $2>n+2 {skip=1; next}
 $1=="GM" && skip {skip=0; next}
 {sub("MID",mid); print}' deck.nec.in > deck.nec
nec2c -i deck.nec -o deck.out; rc=$?
grep -iE 'error|fault' deck.out
awk '
 /ANTENNA INPUT PARAMETERS/ {want=1}
 want && $1=="2" && NF>=11 {f++; R=$7; X=$8; a=((R-50)^2+X^2)^.5; b=((R+50)^2+X^2)^.5; g=a/b; s=(g<1)?(1+g)/(1-g):999; if(s>sw)sw=s; if(f==2){r2=R;x2=X}; want=0}
 /RADIATION PATTERNS/ {pat=1; k=0; back=-999}
 pat && $1=="90.00" {k++; tot=$5; if($2=="0.00") fwd=tot; if($2+0>=90 && tot>back) back=tot;
   if($2=="180.00"){pat=0; nf++; if(nf==1||fwd<gmin)gmin=fwd; if(nf==2){gc=fwd}; fb=fwd-back; if(nf==1||fb<fbmin)fbmin=fb}}
 END{printf "GAIN_C=%.3f\nGAIN_MIN=%.3f\nFB_MIN=%.3f\nSWR_MAX=%.4f\nR_C=%.3f\nX_C=%.3f\n",gc,gmin,fbmin,sw,r2,x2}' deck.out
awk '$1=="GM"{b+=$7} END{printf "BOOM=%.4f\n",b}' deck.nec
exit $rc
