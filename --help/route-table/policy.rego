package routes

default allow := false

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res0", "act0"]
	"role0" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res1", "act1"]
	"role1" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res2", "act2"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res3", "act3"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res4", "act4"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res5", "act5"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res6", "act6"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res7", "act7"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res8", "act8"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res9", "act9"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res10", "act10"]
	"role10" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res11", "act11"]
	"role11" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res12", "act12"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res13", "act13"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res14", "act14"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res15", "act15"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res16", "act16"]
	"role16" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res17", "act17"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res18", "act18"]
	"role18" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res19", "act19"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res20", "act20"]
	"role20" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res21", "act21"]
	"role21" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res22", "act22"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res23", "act23"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res24", "act24"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res25", "act25"]
	"role25" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res26", "act26"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res27", "act27"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res28", "act28"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res29", "act29"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res30", "act30"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res31", "act31"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res32", "act32"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res33", "act33"]
	"role33" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res34", "act34"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res35", "act35"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res36", "act36"]
	"role36" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res37", "act37"]
	"role37" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res38", "act38"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res39", "act39"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res40", "act40"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res41", "act41"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res42", "act42"]
	"role2" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res43", "act43"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res44", "act44"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res45", "act45"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res46", "act46"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res47", "act47"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res48", "act48"]
	"role8" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res49", "act49"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res50", "act50"]
	"role10" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res51", "act51"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res52", "act52"]
	"role12" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res53", "act53"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res54", "act54"]
	"role14" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res55", "act55"]
	"role15" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res56", "act56"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res57", "act57"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res58", "act58"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res59", "act59"]
	"role19" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res60", "act60"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res61", "act61"]
	"role21" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res62", "act62"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res63", "act63"]
	"role23" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res64", "act64"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res65", "act65"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res66", "act66"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res67", "act67"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res68", "act68"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res69", "act69"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res70", "act70"]
	"role30" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res71", "act71"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res72", "act72"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res73", "act73"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res74", "act74"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res75", "act75"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res76", "act76"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res77", "act77"]
	"role37" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res78", "act78"]
	"role38" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res79", "act79"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res80", "act80"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res81", "act81"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res82", "act82"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res83", "act83"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res84", "act84"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res85", "act85"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res86", "act86"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res87", "act87"]
	"role7" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res88", "act88"]
	"role8" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res89", "act89"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res90", "act90"]
	"role10" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res91", "act91"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res92", "act92"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res93", "act93"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res94", "act94"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res95", "act95"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res96", "act96"]
	"role16" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res97", "act97"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res98", "act98"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res99", "act99"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res100", "act100"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res101", "act101"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res102", "act102"]
	"role22" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res103", "act103"]
	"role23" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res104", "act104"]
	"role24" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res105", "act105"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res106", "act106"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res107", "act107"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res108", "act108"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res109", "act109"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res110", "act110"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res111", "act111"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res112", "act112"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res113", "act113"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res114", "act114"]
	"role34" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res115", "act115"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res116", "act116"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res117", "act117"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res118", "act118"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res119", "act119"]
	"role39" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res120", "act120"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res121", "act121"]
	"role1" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res122", "act122"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res123", "act123"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res124", "act124"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res125", "act125"]
	"role5" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res126", "act126"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res127", "act127"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res128", "act128"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res129", "act129"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res130", "act130"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res131", "act131"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res132", "act132"]
	"role12" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res133", "act133"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res134", "act134"]
	"role14" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res135", "act135"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res136", "act136"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res137", "act137"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res138", "act138"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res139", "act139"]
	"role19" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res140", "act140"]
	"role20" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res141", "act141"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res142", "act142"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res143", "act143"]
	"role23" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res144", "act144"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res145", "act145"]
	"role25" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res146", "act146"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res147", "act147"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res148", "act148"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res149", "act149"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res150", "act150"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res151", "act151"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res152", "act152"]
	"role32" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res153", "act153"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res154", "act154"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res155", "act155"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res156", "act156"]
	"role36" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res157", "act157"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res158", "act158"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res159", "act159"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res160", "act160"]
	"role0" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res161", "act161"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res162", "act162"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res163", "act163"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res164", "act164"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res165", "act165"]
	"role5" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res166", "act166"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res167", "act167"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res168", "act168"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res169", "act169"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res170", "act170"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res171", "act171"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res172", "act172"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res173", "act173"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res174", "act174"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res175", "act175"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res176", "act176"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res177", "act177"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res178", "act178"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res179", "act179"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res180", "act180"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res181", "act181"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res182", "act182"]
	"role22" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res183", "act183"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res184", "act184"]
	"role24" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res185", "act185"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res186", "act186"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res187", "act187"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res188", "act188"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res189", "act189"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res190", "act190"]
	"role30" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res191", "act191"]
	"role31" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res192", "act192"]
	"role32" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res193", "act193"]
	"role33" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res194", "act194"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res195", "act195"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res196", "act196"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res197", "act197"]
	"role37" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res198", "act198"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res199", "act199"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res200", "act200"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res201", "act201"]
	"role1" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res202", "act202"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res203", "act203"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res204", "act204"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res205", "act205"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res206", "act206"]
	"role6" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res207", "act207"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res208", "act208"]
	"role8" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res209", "act209"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res210", "act210"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res211", "act211"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res212", "act212"]
	"role12" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res213", "act213"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res214", "act214"]
	"role14" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res215", "act215"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res216", "act216"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res217", "act217"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res218", "act218"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res219", "act219"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res220", "act220"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res221", "act221"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res222", "act222"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res223", "act223"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res224", "act224"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res225", "act225"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res226", "act226"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res227", "act227"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res228", "act228"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res229", "act229"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res230", "act230"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res231", "act231"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res232", "act232"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res233", "act233"]
	"role33" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res234", "act234"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res235", "act235"]
	"role35" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res236", "act236"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res237", "act237"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res238", "act238"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res239", "act239"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res240", "act240"]
	"role0" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res241", "act241"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res242", "act242"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res243", "act243"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res244", "act244"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res245", "act245"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res246", "act246"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res247", "act247"]
	"role7" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res248", "act248"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res249", "act249"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res0", "act250"]
	"role10" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res1", "act251"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res2", "act252"]
	"role12" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res3", "act253"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res4", "act254"]
	"role14" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res5", "act255"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res6", "act256"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res7", "act257"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res8", "act258"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res9", "act259"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res10", "act260"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res11", "act261"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res12", "act262"]
	"role22" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res13", "act263"]
	"role23" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res14", "act264"]
	"role24" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res15", "act265"]
	"role25" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res16", "act266"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res17", "act267"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res18", "act268"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res19", "act269"]
	"role29" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res20", "act270"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res21", "act271"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res22", "act272"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res23", "act273"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res24", "act274"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res25", "act275"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res26", "act276"]
	"role36" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res27", "act277"]
	"role37" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res28", "act278"]
	"role38" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res29", "act279"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res30", "act280"]
	"role0" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res31", "act281"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res32", "act282"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res33", "act283"]
	"role3" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res34", "act284"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res35", "act285"]
	"role5" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res36", "act286"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res37", "act287"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res38", "act288"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res39", "act289"]
	"role9" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res40", "act290"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res41", "act291"]
	"role11" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res42", "act292"]
	"role12" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res43", "act293"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res44", "act294"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res45", "act295"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res46", "act296"]
	"role16" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res47", "act297"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res48", "act298"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res49", "act299"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res50", "act300"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res51", "act301"]
	"role21" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res52", "act302"]
	"role22" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res53", "act303"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res54", "act304"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res55", "act305"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res56", "act306"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res57", "act307"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res58", "act308"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res59", "act309"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res60", "act310"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res61", "act311"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res62", "act312"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res63", "act313"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res64", "act314"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res65", "act315"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res66", "act316"]
	"role36" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res67", "act317"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res68", "act318"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res69", "act319"]
	"role39" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res70", "act320"]
	"role0" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res71", "act321"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res72", "act322"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res73", "act323"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res74", "act324"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res75", "act325"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res76", "act326"]
	"role6" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res77", "act327"]
	"role7" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res78", "act328"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res79", "act329"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res80", "act330"]
	"role10" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res81", "act331"]
	"role11" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res82", "act332"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res83", "act333"]
	"role13" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res84", "act334"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res85", "act335"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res86", "act336"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res87", "act337"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res88", "act338"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res89", "act339"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res90", "act340"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res91", "act341"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res92", "act342"]
	"role22" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res93", "act343"]
	"role23" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res94", "act344"]
	"role24" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res95", "act345"]
	"role25" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res96", "act346"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res97", "act347"]
	"role27" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res98", "act348"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res99", "act349"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res100", "act350"]
	"role30" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res101", "act351"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res102", "act352"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res103", "act353"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res104", "act354"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res105", "act355"]
	"role35" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res106", "act356"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res107", "act357"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res108", "act358"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res109", "act359"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res110", "act360"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res111", "act361"]
	"role1" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res112", "act362"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res113", "act363"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res114", "act364"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res115", "act365"]
	"role5" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res116", "act366"]
	"role6" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res117", "act367"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res118", "act368"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res119", "act369"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res120", "act370"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res121", "act371"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res122", "act372"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res123", "act373"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res124", "act374"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res125", "act375"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res126", "act376"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res127", "act377"]
	"role17" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res128", "act378"]
	"role18" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res129", "act379"]
	"role19" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res130", "act380"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res131", "act381"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res132", "act382"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res133", "act383"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res134", "act384"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res135", "act385"]
	"role25" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res136", "act386"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res137", "act387"]
	"role27" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res138", "act388"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res139", "act389"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res140", "act390"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res141", "act391"]
	"role31" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res142", "act392"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res143", "act393"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res144", "act394"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res145", "act395"]
	"role35" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res146", "act396"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res147", "act397"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res148", "act398"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res149", "act399"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res150", "act400"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res151", "act401"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res152", "act402"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res153", "act403"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res154", "act404"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res155", "act405"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res156", "act406"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res157", "act407"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res158", "act408"]
	"role8" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res159", "act409"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res160", "act410"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res161", "act411"]
	"role11" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res162", "act412"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res163", "act413"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res164", "act414"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res165", "act415"]
	"role15" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res166", "act416"]
	"role16" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res167", "act417"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res168", "act418"]
	"role18" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res169", "act419"]
	"role19" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res170", "act420"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res171", "act421"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res172", "act422"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res173", "act423"]
	"role23" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res174", "act424"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res175", "act425"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res176", "act426"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res177", "act427"]
	"role27" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res178", "act428"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res179", "act429"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res180", "act430"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res181", "act431"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res182", "act432"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res183", "act433"]
	"role33" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res184", "act434"]
	"role34" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res185", "act435"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res186", "act436"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res187", "act437"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res188", "act438"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res189", "act439"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res190", "act440"]
	"role0" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res191", "act441"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res192", "act442"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res193", "act443"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res194", "act444"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res195", "act445"]
	"role5" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res196", "act446"]
	"role6" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res197", "act447"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res198", "act448"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res199", "act449"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res200", "act450"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res201", "act451"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res202", "act452"]
	"role12" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res203", "act453"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res204", "act454"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res205", "act455"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res206", "act456"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res207", "act457"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res208", "act458"]
	"role18" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res209", "act459"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res210", "act460"]
	"role20" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res211", "act461"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res212", "act462"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res213", "act463"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res214", "act464"]
	"role24" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res215", "act465"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res216", "act466"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res217", "act467"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res218", "act468"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res219", "act469"]
	"role29" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res220", "act470"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res221", "act471"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res222", "act472"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res223", "act473"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res224", "act474"]
	"role34" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res225", "act475"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res226", "act476"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res227", "act477"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res228", "act478"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res229", "act479"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res230", "act480"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res231", "act481"]
	"role1" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res232", "act482"]
	"role2" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res233", "act483"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res234", "act484"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res235", "act485"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res236", "act486"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res237", "act487"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res238", "act488"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res239", "act489"]
	"role9" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res240", "act490"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res241", "act491"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res242", "act492"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res243", "act493"]
	"role13" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res244", "act494"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res245", "act495"]
	"role15" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res246", "act496"]
	"role16" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res247", "act497"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res248", "act498"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res249", "act499"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res0", "act500"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res1", "act501"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res2", "act502"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res3", "act503"]
	"role23" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res4", "act504"]
	"role24" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res5", "act505"]
	"role25" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res6", "act506"]
	"role26" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res7", "act507"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res8", "act508"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res9", "act509"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res10", "act510"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res11", "act511"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res12", "act512"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res13", "act513"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res14", "act514"]
	"role34" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res15", "act515"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res16", "act516"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res17", "act517"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res18", "act518"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res19", "act519"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res20", "act520"]
	"role0" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res21", "act521"]
	"role1" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res22", "act522"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res23", "act523"]
	"role3" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res24", "act524"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res25", "act525"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res26", "act526"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res27", "act527"]
	"role7" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res28", "act528"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res29", "act529"]
	"role9" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res30", "act530"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res31", "act531"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res32", "act532"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res33", "act533"]
	"role13" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res34", "act534"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res35", "act535"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res36", "act536"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res37", "act537"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res38", "act538"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res39", "act539"]
	"role19" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res40", "act540"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res41", "act541"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res42", "act542"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res43", "act543"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res44", "act544"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res45", "act545"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res46", "act546"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res47", "act547"]
	"role27" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res48", "act548"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res49", "act549"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res50", "act550"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res51", "act551"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res52", "act552"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res53", "act553"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res54", "act554"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res55", "act555"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res56", "act556"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res57", "act557"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res58", "act558"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res59", "act559"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res60", "act560"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res61", "act561"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res62", "act562"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res63", "act563"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res64", "act564"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res65", "act565"]
	"role5" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res66", "act566"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res67", "act567"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res68", "act568"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res69", "act569"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res70", "act570"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res71", "act571"]
	"role11" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res72", "act572"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res73", "act573"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res74", "act574"]
	"role14" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res75", "act575"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res76", "act576"]
	"role16" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res77", "act577"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res78", "act578"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res79", "act579"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res80", "act580"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res81", "act581"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res82", "act582"]
	"role22" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res83", "act583"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res84", "act584"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res85", "act585"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res86", "act586"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res87", "act587"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res88", "act588"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res89", "act589"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res90", "act590"]
	"role30" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res91", "act591"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res92", "act592"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res93", "act593"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res94", "act594"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res95", "act595"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res96", "act596"]
	"role36" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res97", "act597"]
	"role37" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res98", "act598"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res99", "act599"]
	"role39" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res100", "act600"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res101", "act601"]
	"role1" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res102", "act602"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res103", "act603"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res104", "act604"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res105", "act605"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res106", "act606"]
	"role6" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res107", "act607"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res108", "act608"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res109", "act609"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res110", "act610"]
	"role10" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res111", "act611"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res112", "act612"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res113", "act613"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res114", "act614"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res115", "act615"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res116", "act616"]
	"role16" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res117", "act617"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res118", "act618"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res119", "act619"]
	"role19" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res120", "act620"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res121", "act621"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res122", "act622"]
	"role22" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res123", "act623"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res124", "act624"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res125", "act625"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res126", "act626"]
	"role26" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res127", "act627"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res128", "act628"]
	"role28" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res129", "act629"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res130", "act630"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res131", "act631"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res132", "act632"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res133", "act633"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res134", "act634"]
	"role34" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res135", "act635"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res136", "act636"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res137", "act637"]
	"role37" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res138", "act638"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res139", "act639"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res140", "act640"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res141", "act641"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res142", "act642"]
	"role2" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res143", "act643"]
	"role3" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res144", "act644"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res145", "act645"]
	"role5" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res146", "act646"]
	"role6" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res147", "act647"]
	"role7" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res148", "act648"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res149", "act649"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res150", "act650"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res151", "act651"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res152", "act652"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res153", "act653"]
	"role13" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res154", "act654"]
	"role14" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res155", "act655"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res156", "act656"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res157", "act657"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res158", "act658"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res159", "act659"]
	"role19" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res160", "act660"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res161", "act661"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res162", "act662"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res163", "act663"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res164", "act664"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res165", "act665"]
	"role25" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res166", "act666"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res167", "act667"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res168", "act668"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res169", "act669"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res170", "act670"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res171", "act671"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res172", "act672"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res173", "act673"]
	"role33" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res174", "act674"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res175", "act675"]
	"role35" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res176", "act676"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res177", "act677"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res178", "act678"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res179", "act679"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res180", "act680"]
	"role0" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res181", "act681"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res182", "act682"]
	"role2" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res183", "act683"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res184", "act684"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res185", "act685"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res186", "act686"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res187", "act687"]
	"role7" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res188", "act688"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res189", "act689"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res190", "act690"]
	"role10" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res191", "act691"]
	"role11" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res192", "act692"]
	"role12" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res193", "act693"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res194", "act694"]
	"role14" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res195", "act695"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res196", "act696"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res197", "act697"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res198", "act698"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res199", "act699"]
	"role19" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res200", "act700"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res201", "act701"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res202", "act702"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res203", "act703"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res204", "act704"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res205", "act705"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res206", "act706"]
	"role26" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res207", "act707"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res208", "act708"]
	"role28" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res209", "act709"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res210", "act710"]
	"role30" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res211", "act711"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res212", "act712"]
	"role32" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res213", "act713"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res214", "act714"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res215", "act715"]
	"role35" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res216", "act716"]
	"role36" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res217", "act717"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res218", "act718"]
	"role38" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res219", "act719"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res220", "act720"]
	"role0" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res221", "act721"]
	"role1" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res222", "act722"]
	"role2" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res223", "act723"]
	"role3" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res224", "act724"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res225", "act725"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res226", "act726"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res227", "act727"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res228", "act728"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res229", "act729"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res230", "act730"]
	"role10" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res231", "act731"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res232", "act732"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res233", "act733"]
	"role13" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res234", "act734"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res235", "act735"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res236", "act736"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res237", "act737"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res238", "act738"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res239", "act739"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res240", "act740"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res241", "act741"]
	"role21" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res242", "act742"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res243", "act743"]
	"role23" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res244", "act744"]
	"role24" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res245", "act745"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res246", "act746"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res247", "act747"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res248", "act748"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res249", "act749"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res0", "act750"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res1", "act751"]
	"role31" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res2", "act752"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res3", "act753"]
	"role33" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res4", "act754"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res5", "act755"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res6", "act756"]
	"role36" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res7", "act757"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res8", "act758"]
	"role38" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res9", "act759"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res10", "act760"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res11", "act761"]
	"role1" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res12", "act762"]
	"role2" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res13", "act763"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res14", "act764"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res15", "act765"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res16", "act766"]
	"role6" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res17", "act767"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res18", "act768"]
	"role8" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res19", "act769"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res20", "act770"]
	"role10" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res21", "act771"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res22", "act772"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res23", "act773"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res24", "act774"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res25", "act775"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res26", "act776"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res27", "act777"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res28", "act778"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res29", "act779"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res30", "act780"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res31", "act781"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res32", "act782"]
	"role22" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res33", "act783"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res34", "act784"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res35", "act785"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res36", "act786"]
	"role26" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res37", "act787"]
	"role27" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res38", "act788"]
	"role28" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res39", "act789"]
	"role29" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res40", "act790"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res41", "act791"]
	"role31" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res42", "act792"]
	"role32" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res43", "act793"]
	"role33" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res44", "act794"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res45", "act795"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res46", "act796"]
	"role36" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res47", "act797"]
	"role37" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res48", "act798"]
	"role38" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res49", "act799"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res50", "act800"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res51", "act801"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res52", "act802"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res53", "act803"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res54", "act804"]
	"role4" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res55", "act805"]
	"role5" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res56", "act806"]
	"role6" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res57", "act807"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res58", "act808"]
	"role8" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res59", "act809"]
	"role9" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res60", "act810"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res61", "act811"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res62", "act812"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res63", "act813"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res64", "act814"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res65", "act815"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res66", "act816"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res67", "act817"]
	"role17" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res68", "act818"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res69", "act819"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res70", "act820"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res71", "act821"]
	"role21" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res72", "act822"]
	"role22" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res73", "act823"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res74", "act824"]
	"role24" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res75", "act825"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res76", "act826"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res77", "act827"]
	"role27" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res78", "act828"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res79", "act829"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res80", "act830"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res81", "act831"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res82", "act832"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res83", "act833"]
	"role33" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res84", "act834"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res85", "act835"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res86", "act836"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res87", "act837"]
	"role37" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res88", "act838"]
	"role38" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res89", "act839"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res90", "act840"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res91", "act841"]
	"role1" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res92", "act842"]
	"role2" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res93", "act843"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res94", "act844"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res95", "act845"]
	"role5" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res96", "act846"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res97", "act847"]
	"role7" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res98", "act848"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res99", "act849"]
	"role9" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res100", "act850"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res101", "act851"]
	"role11" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res102", "act852"]
	"role12" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res103", "act853"]
	"role13" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res104", "act854"]
	"role14" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res105", "act855"]
	"role15" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res106", "act856"]
	"role16" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res107", "act857"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res108", "act858"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res109", "act859"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res110", "act860"]
	"role20" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res111", "act861"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res112", "act862"]
	"role22" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res113", "act863"]
	"role23" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res114", "act864"]
	"role24" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res115", "act865"]
	"role25" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res116", "act866"]
	"role26" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res117", "act867"]
	"role27" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res118", "act868"]
	"role28" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res119", "act869"]
	"role29" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res120", "act870"]
	"role30" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res121", "act871"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res122", "act872"]
	"role32" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res123", "act873"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res124", "act874"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res125", "act875"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res126", "act876"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res127", "act877"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res128", "act878"]
	"role38" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res129", "act879"]
	"role39" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res130", "act880"]
	"role0" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res131", "act881"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res132", "act882"]
	"role2" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res133", "act883"]
	"role3" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res134", "act884"]
	"role4" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res135", "act885"]
	"role5" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res136", "act886"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res137", "act887"]
	"role7" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res138", "act888"]
	"role8" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res139", "act889"]
	"role9" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res140", "act890"]
	"role10" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res141", "act891"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res142", "act892"]
	"role12" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res143", "act893"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res144", "act894"]
	"role14" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res145", "act895"]
	"role15" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res146", "act896"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res147", "act897"]
	"role17" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res148", "act898"]
	"role18" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res149", "act899"]
	"role19" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res150", "act900"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res151", "act901"]
	"role21" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res152", "act902"]
	"role22" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res153", "act903"]
	"role23" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res154", "act904"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res155", "act905"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res156", "act906"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res157", "act907"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res158", "act908"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res159", "act909"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res160", "act910"]
	"role30" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res161", "act911"]
	"role31" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res162", "act912"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res163", "act913"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res164", "act914"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res165", "act915"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res166", "act916"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res167", "act917"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res168", "act918"]
	"role38" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res169", "act919"]
	"role39" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res170", "act920"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res171", "act921"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res172", "act922"]
	"role2" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res173", "act923"]
	"role3" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res174", "act924"]
	"role4" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res175", "act925"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res176", "act926"]
	"role6" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res177", "act927"]
	"role7" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res178", "act928"]
	"role8" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res179", "act929"]
	"role9" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res180", "act930"]
	"role10" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res181", "act931"]
	"role11" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res182", "act932"]
	"role12" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res183", "act933"]
	"role13" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res184", "act934"]
	"role14" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res185", "act935"]
	"role15" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res186", "act936"]
	"role16" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res187", "act937"]
	"role17" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res188", "act938"]
	"role18" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res189", "act939"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res190", "act940"]
	"role20" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res191", "act941"]
	"role21" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res192", "act942"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res193", "act943"]
	"role23" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res194", "act944"]
	"role24" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res195", "act945"]
	"role25" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res196", "act946"]
	"role26" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res197", "act947"]
	"role27" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res198", "act948"]
	"role28" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res199", "act949"]
	"role29" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res200", "act950"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res201", "act951"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res202", "act952"]
	"role32" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res203", "act953"]
	"role33" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res204", "act954"]
	"role34" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res205", "act955"]
	"role35" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res206", "act956"]
	"role36" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res207", "act957"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res208", "act958"]
	"role38" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res209", "act959"]
	"role39" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res210", "act960"]
	"role0" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res211", "act961"]
	"role1" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res212", "act962"]
	"role2" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res213", "act963"]
	"role3" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res214", "act964"]
	"role4" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res215", "act965"]
	"role5" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res216", "act966"]
	"role6" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res217", "act967"]
	"role7" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res218", "act968"]
	"role8" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res219", "act969"]
	"role9" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res220", "act970"]
	"role10" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res221", "act971"]
	"role11" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res222", "act972"]
	"role12" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res223", "act973"]
	"role13" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res224", "act974"]
	"role14" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res225", "act975"]
	"role15" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res226", "act976"]
	"role16" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res227", "act977"]
	"role17" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res228", "act978"]
	"role18" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res229", "act979"]
	"role19" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res230", "act980"]
	"role20" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res231", "act981"]
	"role21" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res232", "act982"]
	"role22" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res233", "act983"]
	"role23" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res234", "act984"]
	"role24" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res235", "act985"]
	"role25" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res236", "act986"]
	"role26" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res237", "act987"]
	"role27" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res238", "act988"]
	"role28" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res239", "act989"]
	"role29" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res240", "act990"]
	"role30" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res241", "act991"]
	"role31" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res242", "act992"]
	"role32" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res243", "act993"]
	"role33" in input.roles
}

allow if {
	input.method == "POST"
	input.path == ["v1", "res244", "act994"]
	"role34" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res245", "act995"]
	"role35" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res246", "act996"]
	"role36" in input.roles
}

allow if {
	input.method == "DELETE"
	input.path == ["v1", "res247", "act997"]
	"role37" in input.roles
}

allow if {
	input.method == "PUT"
	input.path == ["v1", "res248", "act998"]
	"role38" in input.roles
}

allow if {
	input.method == "GET"
	input.path == ["v1", "res249", "act999"]
	"role39" in input.roles
}
