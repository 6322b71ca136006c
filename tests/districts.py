"""Made-up schools in real districts, for the tests of maps of areas."""

from pathlib import Path

from loading import run, write_files

SCHOOLS = """\
URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),LA (name),\
GOR (code),DistrictAdministrative (code),DistrictAdministrative (name),Easting,Northing
900101,Example One,1,1,2,202,Camden,H,E09000007,Camden,529000,184000
900102,Example Two,1,1,2,202,Camden,H,E09000007,Camden,528000,185000
900103,Example Three,1,1,2,204,Hackney,H,E09000012,Hackney,534000,185000
900104,Example Four,1,1,2,873,Cambridgeshire,G,E07000008,Cambridge,545000,258000
900105,Example Five,1,1,2,873,Cambridgeshire,G,E07000012,South Cambridgeshire,540000,250000
900106,Example Six,1,1,2,873,Cambridgeshire,G,E07000012,South Cambridgeshire,541000,251000
900107,Example Seven,1,1,2,874,Peterborough,G,E07000012,South Cambridgeshire,542000,252000
900108,Example Eight,1,1,2,919,Hertfordshire,G,E07000100,St Albans,515000,207000
"""
"""Schools that do not exist, in districts that do; the last in a district by its old code."""
PROGRAMMES = "id,name\nexample-hubs,Example hubs\n"
HUBS = "id,name,programme\nexample-hub,Example Hub,example-hubs\n"
PARTS = "activity,organisation,part\nexample-hub,urn:900101,lead\n"


def load_schools_in_districts(folder: Path) -> Path:
    """Load eight schools, one of which leads a hub, into folder/store and return that."""
    files = {
        "edubasealldata20260130": SCHOOLS,
        "programmes": PROGRAMMES,
        "hubs": HUBS,
        "participations": PARTS,
    }
    run(folder / "store", write_files(folder / "in", **files))
    return folder / "store"
